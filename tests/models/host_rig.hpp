// The host with its IOMMU, and endpoints in the place of devices: for tests of one part of it.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "models/assembly/iommu_kinds.hpp"
#include "models/cpu/cores.hpp"
#include "models/iommu/iommu.hpp"
#include "models/iommu/queues/vtd_page_request_queue.hpp"
#include "models/kernel/kernel.hpp"
#include "models/memory/mapped_process.hpp"
#include "models/memory/memory.hpp"
#include "models/strategy/strategy.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {

/// Receives what the IOMMU sends, at once and without occupancy, writes it down, and completes
/// invalidations after `invalidation`.
class Endpoint {
 public:
  template <class Message>
  struct Received {
    sim::Time at;
    Message message;
  };

  Endpoint(sim::Simulation& simulation, Iommu& iommu, DeviceIndex index)
      : down(simulation.calendar(), {sim::Duration::zero(), 1e18}, std::nullopt),
        simulation_(simulation),
        iommu_(iommu),
        index_(index) {
    down.connect<&Endpoint::receive>(*this);
  }

  Wire<DownMessage> down;
  sim::Duration invalidation{};
  std::vector<Received<AtsCompletion>> completions;
  std::vector<Received<GroupResponse>> responses;
  std::vector<Received<DeviceInvalidation>> invalidations;

 private:
  void receive(const DownMessage& message) {
    const sim::Time now = simulation_.now();
    if (const auto* const completion = std::get_if<AtsCompletion>(&message)) {
      completions.push_back({now, *completion});
    } else if (const auto* const response = std::get_if<GroupResponse>(&message)) {
      responses.push_back({now, *response});
    } else {
      invalidations.push_back({now, std::get<DeviceInvalidation>(message)});
      simulation_.start(complete(invalidations.back().message.itag), "endpoint");
    }
  }
  sim::Process complete(std::uint32_t itag) {
    co_await simulation_.delay(invalidation);
    iommu_.receive(DeviceInvalidationDone{index_, itag});
  }

  sim::Simulation& simulation_;
  Iommu& iommu_;
  DeviceIndex index_;
};

/// What the rig is made of; constants, as in small_system().
struct RigSpec {
  HostSpec host = small_system().host;
  IommuSpec iommu;
  StrategySpec strategy{"iopf", IopfSpec{}};
  RouteSpec route = FaultRoute::per_device;  ///< requests may have any PASID
  std::vector<UserHandlingSpec> handling;    ///< of each endpoint, where the route has user space
};

/// What a rig with a simulation and an IOMMU does at set times.
template <class Rig>
class Timed {
 public:
  /// Does `what` at `when`, before everything that is scheduled for that time later.
  void at(sim::Time when, std::function<void()> what) {
    actions_.push_back(std::move(what));
    rig().simulation.calendar().schedule(
        when,
        {[](void* action) { (*static_cast<std::function<void()>*>(action))(); }, &actions_.back()});
  }
  /// The page request arrives at the IOMMU at `when`.
  void arrive_at(sim::Time when, const PageRequest& request) {
    at(when, [this, request] { rig().iommu.receive(request); });
  }

 private:
  Rig& rig() { return static_cast<Rig&>(*this); }

  std::deque<std::function<void()>> actions_;
};

/// Statistics cover everything from the start.
class HostRig : public Timed<HostRig> {
 public:
  explicit HostRig(RigSpec rig_spec = {})
      : spec(std::move(rig_spec)),
        iommu(simulation, spec.iommu, window,
              std::make_unique<VtdPageRequestQueue>(spec.iommu.queue_entries),
              info_of(spec.iommu.kind).configuration) {}

  /// A space with an endpoint of its own; the index of the endpoint is that of the space.
  IoPageTable& add_space(std::uint64_t pages, const BackingSpec& backing = {}) {
    return add_space(Runs(0, pages), backing);
  }
  IoPageTable& add_space(const Runs& areas, const BackingSpec& backing = {}) {
    const auto tag = static_cast<std::uint32_t>(spaces.size());
    IoPageTable& space = spaces.emplace_back(store, "space", tag, areas, backing).table;
    if (spec.iommu.levels.stage2 > 0) {
      space.guest =
          &guests.emplace_back(space.areas(), spec.iommu.levels, spec.iommu.second_stage.leaf_bits);
      if (spec.iommu.second_stage.backing == SecondStageBacking::on_demand) {
        space.guest->map_on_demand(store, space);
      }
    }
    if (space.guest != nullptr && space.guest->on_demand() != nullptr) {
      space.guest->attach(memory);
    } else {
      memory.add(space.process());
    }
    add_endpoint(space);
    return space;
  }
  Endpoint& add_endpoint(IoPageTable& space, const FunctionTraits& function = {}) {
    const DeviceIndex index{static_cast<std::uint32_t>(endpoints.size())};
    Endpoint& endpoint = endpoints.emplace_back(simulation, iommu, index);
    iommu.attach(index, endpoint.down, space, function);
    kernel.attach({index}, space, *serving, handler());
    tables.push_back(&space);
    return endpoint;
  }
  /// Who serves the faults of all spaces from now on.
  void serve_with(MemoryStrategy& other) {
    serving = &other;
    for (std::uint32_t i = 0; i < tables.size(); ++i) {
      kernel.detach({DeviceIndex{i}});
      kernel.attach({DeviceIndex{i}}, *tables[i], other, handler());
    }
  }
  StrategyContext context() {
    return {simulation,
            spec.host,
            memory,
            mapping,
            iommu,
            cores,
            window,
            sim::mean_of(spec.host.submit),
            spec.iommu.access_dirty.dirty == DirtyUpdate::software};
  }
  void run() { simulation.run(); }
  HandlerKind handler() const {
    return spec.route.user() != nullptr ? HandlerKind::user : HandlerKind::vfio;
  }

  RigSpec spec;
  sim::Simulation simulation;
  StatisticsWindow window{sim::Time{}};
  PageStore store;
  Cores cores{simulation, spec.host.cores, "host/cores"};
  Iommu iommu;
  VtdPageRequestQueue& queue = static_cast<VtdPageRequestQueue&>(iommu.queue());
  IoMapping mapping{simulation, window, "host/mappings", spec.host.mapping};
  Memory memory{simulation, spec.host, store, cores, window, "host/memory"};
  Kernel kernel{{.simulation = simulation,
                 .path = "host",
                 .spec = spec.host,
                 .route = spec.route,
                 .processor = cores,
                 .iommu = iommu,
                 .make_prq = info_of(IommuKind::vtd).make_prq,
                 .handling = spec.handling}};
  IopfCore& core = kernel.core();
  std::unique_ptr<MemoryStrategy> strategy = make_strategy(spec.strategy, context());
  MemoryStrategy* serving = strategy.get();
  std::vector<IoPageTable*> tables;  // of each endpoint
  std::deque<MappedProcess> spaces;
  std::deque<GuestMemory> guests;
  std::deque<Endpoint> endpoints;
};

/// A strategy that only writes down what it is asked, takes `cost` for a group and answers `code`.
class RecordingStrategy final : public MemoryStrategy {
 public:
  struct Handled {
    sim::Time begun;
    std::uint32_t device;
    std::vector<std::uint64_t> pages;
  };

  using MemoryStrategy::MemoryStrategy;
  sim::Task<ResponseCode> handle(IoPageTable&, Faults faults, Worker& worker) override {
    Handled entry{worker.paid(), faults.front().device.value, {}};
    for (const PageFault& fault : faults) entry.pages.push_back(fault.page.value);
    handled.push_back(std::move(entry));
    worker.charge(cost);
    co_return code;
  }
  bool may_invalidate() const override { return true; }
  void used(IoPageTable&, IovaPage page) override { uses.push_back(page.value); }

  sim::Duration cost{};
  ResponseCode code = ResponseCode::success;
  std::vector<Handled> handled;
  std::vector<std::uint64_t> uses;
};

}  // namespace faultpath::models
