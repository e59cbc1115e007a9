// A device that replays a trace against a root complex that answers as the test says.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "models/device/function.hpp"
#include "tests/models/host_rig.hpp"

namespace faultpath::models {

/// The other end of the link: answers translation requests from a set of mapped pages, and groups
/// after `service`, mapping what was asked for if `maps`.
class Root {
 public:
  template <class Message>
  struct Received {
    sim::Time at;
    Message message;
  };

  Root(sim::Simulation& simulation, Function& device) : simulation_(simulation), device_(device) {
    device.up().connect<&Root::receive>(*this);
  }
  template <class Message>
  void send(const Message& message) {
    device_.down().send(simulation_.now(), message);
  }

  std::set<std::uint64_t> mapped;
  std::uint8_t order = 0;
  std::uint8_t most = kMostTranslations;  ///< of a completion
  bool writable = true;                   ///< what a request for reading is granted
  bool maps = true;
  bool answers = true;  ///< groups at all
  ResponseCode code = ResponseCode::success;
  sim::Duration service = sim::nanoseconds(1000);
  std::vector<Received<AtsRequest>> translations;
  std::vector<Received<PageRequest>> requests;
  std::vector<Received<DeviceInvalidationDone>> completions;

 private:
  void receive(const UpMessage& message) {
    const sim::Time now = simulation_.now();
    if (const auto* const ats = std::get_if<AtsRequest>(&message)) {
      translations.push_back({now, *ats});
      const bool there = mapped.contains(ats->page.value);
      AtsCompletion completion{ats->tag, there, there && (writable || ats->write), order};
      completion.translations = run_of(*ats, there);
      send(completion);
    } else if (const auto* const request = std::get_if<PageRequest>(&message)) {
      requests.push_back({now, *request});
      if (request->last && !request->stop_marker() && answers)
        simulation_.start(serve(*request), "root");
    } else {
      completions.push_back({now, std::get<DeviceInvalidationDone>(message)});
    }
  }
  // Pages from that of the request on of which the same can be said.
  std::uint8_t run_of(const AtsRequest& request, bool there) const {
    std::uint8_t run = 1;
    while (run < std::min(request.translations, most) &&
           mapped.contains(request.page.value + run) == there) {
      ++run;
    }
    return run;
  }
  sim::Process serve(PageRequest last) {
    co_await simulation_.delay(service);
    for (const auto& [at, request] : requests) {
      if (maps && request.index == last.index) mapped.insert(request.page.value);
    }
    send(GroupResponse{last.index, last.pasid, code});
  }

  sim::Simulation& simulation_;
  Function& device_;
};

/// Writes down which pages are used.
class AccessRecord final : public AccessObserver {
 public:
  void used(std::optional<Pasid>, IovaPage page) override { uses.push_back(page.value); }
  std::vector<std::uint64_t> uses;
};

/// A host whose threads copy, each on one of the cores.
class CopyingHost final : public DeviceServices {
 public:
  explicit CopyingHost(Processor& cores) : cores_(cores) {}
  sim::Task<> quiesce(Originator) override { co_return; }
  sim::Task<> copy_out(std::uint64_t bytes, double bandwidth) override {
    Worker worker(cores_);
    co_await worker.enter();
    worker.charge(sim::transfer_time(bytes, bandwidth));
    co_await worker.pay();
  }
  sim::Task<ResponseCode> page_in(const PageEvent&) override { co_return ResponseCode::invalid; }

 private:
  Processor& cores_;
};

class DeviceFixture : public testing::Test {
 protected:
  // A message takes 7 ps (28 B at 4.096 TB/s) and a page 1 ns.
  static constexpr sim::Duration kLatency = sim::nanoseconds(100);
  static constexpr sim::Duration kHop = kLatency + sim::picoseconds(7);
  static constexpr sim::Duration kPage = sim::nanoseconds(1);

  static Operation reads(std::uint64_t page, std::uint32_t pages = 1) {
    return {start_of(IovaPage{page}), pages * static_cast<std::uint32_t>(kPageBytes), false};
  }
  static Operation writes(std::uint64_t page) {
    return {start_of(IovaPage{page}), static_cast<std::uint32_t>(kPageBytes), true};
  }
  static DeviceSpec device_spec(std::uint32_t queue_depth = 1, std::uint32_t group = 1) {
    DeviceSpec spec;
    spec.link = {kLatency, 4.096e12};
    spec.pri.group = group;
    spec.workload.kind = TraceSpec{};
    spec.workload.queue_depth = queue_depth;
    return spec;
  }

  void make(const DeviceSpec& spec, const std::vector<Operation>& operations) {
    auto trace = std::make_shared<TraceData>();
    for (const Operation& operation : operations) {
      trace->entries.push_back({operation, sim::Time{}, 0, 0});
    }
    spec_ = spec;
    std::vector<std::unique_ptr<Workload>> workloads;
    for (const auto& cursor : make_cursors(trace, 0, spec.contexts, false)) {
      workloads.push_back(make_workload({spec_.workload, Iova{0}, sim::RandomStream({}), cursor}));
    }
    device = std::make_unique<Function>(
        spec_,
        FunctionPlan{.index = DeviceIndex{0},
                     .path = "device",
                     .pasids = pasids,
                     .workloads = std::move(workloads),
                     .incidents = incidents,
                     .links = links},
        FunctionWiring{.simulation = rig.simulation,
                       .stop = stop,
                       .records = {rig.window, metrics, latencies, faults},
                       .observer = spec_.reports_access ? &observer : nullptr,
                       .services = services,
                       .policy = policy});
    root = std::make_unique<Root>(rig.simulation, *device);
  }
  void on_finished() { finished = rig.simulation.now(); }
  void run() {
    rig.at(at_ns(0), [this] {
      stop.start(rig.simulation.now());
      device->start(sim::handler_of<&DeviceFixture::on_finished>(*this), true);
    });
    rig.run();
  }
  /// An invalidation leaves the root at `when`.
  void invalidate_at(sim::Time when, std::uint64_t first, std::uint64_t pages = 1) {
    rig.at(when, [=, this] { root->send(DeviceInvalidation{5, {first}, pages}); });
  }
  std::vector<std::uint64_t> translated() const {
    std::vector<std::uint64_t> pages;
    for (const auto& each : root->translations) pages.push_back(each.message.page.value);
    return pages;
  }

  HostRig rig;
  AccessRecord observer;
  StopControl stop{{}};
  DeviceMetrics metrics;
  DeviceLatencies latencies;
  FaultLog faults;
  bool pasids = false;
  std::optional<DeviceLinks> links;  ///< absent: the spec's link
  std::vector<Incident> incidents;
  DeviceServices* services = nullptr;
  DmaPolicy* policy = nullptr;
  std::unique_ptr<Function> device;
  std::unique_ptr<Root> root;
  sim::Time finished{};

 private:
  DeviceSpec spec_;
};

}  // namespace faultpath::models
