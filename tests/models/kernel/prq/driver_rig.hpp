// A driver and its queue, of any kind, with an IOMMU and endpoints: for tests of drivers.
#pragma once

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "models/assembly/iommu_kinds.hpp"
#include "tests/models/host_rig.hpp"

namespace faultpath::models {

/// Defaults of HostSpec, as constants: from the interrupt to the thread's first look at the queue,
/// and each request.
inline constexpr sim::Duration kToThread = sim::nanoseconds(1000 + 2000);
inline constexpr sim::Duration kEach = sim::nanoseconds(200);
inline constexpr sim::Duration kToWorker = sim::nanoseconds(1000);

/// Eight cores, one device with PRG indices of its own, and a strategy that writes down what is
/// handled. The queue has four entries unless said otherwise.
template <class Queue>
class DriverRig : public Timed<DriverRig<Queue>> {
 public:
  explicit DriverRig(IommuKind kind, std::uint32_t entries = 4)
      : DriverRig(spec_of(kind, entries)) {}
  explicit DriverRig(IommuSpec iommu_spec) : spec(std::move(iommu_spec)) {
    host.cores = 8;
    for (std::uint32_t device = 0; device < 2; ++device) {
      endpoints.emplace_back(simulation, iommu, DeviceIndex{device});
      iommu.attach(DeviceIndex{device}, endpoints.back().down, space);
      kernel.attach({DeviceIndex{device}}, space, strategy, HandlerKind::vfio);
    }
    memory.add(process.process);
  }

  using Timed<DriverRig>::arrive_at;
  /// Requests of single pages, each the last of its group, for `first` to `last`.
  void arrive_at(sim::Time when, std::uint16_t first, std::uint16_t last) {
    for (std::uint16_t index = first; index <= last; ++index) {
      this->arrive_at(when, page_request(index, index));
    }
  }
  /// Entries in use and the overflow flag at `when`.
  void sample_at(sim::Time when) {
    this->at(when, [this] {
      occupied.push_back(queue.occupied());
      overflow.push_back(queue.overflow());
    });
  }
  void run() { simulation.run(); }

  /// When the driver reported the `group`-th group that was handled.
  sim::Time reported(std::size_t group) const {
    return strategy.handled.at(group).begun - kToWorker;
  }
  /// Pages of each handled group.
  std::vector<std::vector<std::uint64_t>> groups() const {
    std::vector<std::vector<std::uint64_t>> all;
    for (const auto& handled : strategy.handled) all.push_back(handled.pages);
    return all;
  }

  HostSpec host = small_system().host;
  IommuSpec spec;
  sim::Simulation simulation;
  StatisticsWindow window{sim::Time{}};
  PageStore store;
  Cores cores{simulation, 8, "host/cores"};
  Iommu iommu{simulation, spec, window, info_of(spec.kind).make_queue(spec),
              info_of(spec.kind).configuration};
  Queue& queue = static_cast<Queue&>(iommu.queue());
  IoMapping mapping{simulation, window, "host/mappings"};
  Memory memory{simulation, host, store, cores, window, "host/memory"};
  Kernel kernel{{.simulation = simulation,
                 .path = "host",
                 .spec = host,
                 .route = FaultRoute::per_device,  // requests may have any PASID
                 .processor = cores,
                 .iommu = iommu,
                 .make_prq = info_of(spec.kind).make_prq}};
  IopfCore& core = kernel.core();
  RecordingStrategy strategy{{simulation, host, memory, mapping, iommu, cores, window}};
  MappedProcess process{store, "space", 0, Runs(0, 1000), {}};
  IoPageTable& space = process.table;
  std::deque<Endpoint> endpoints;
  std::vector<std::uint32_t> occupied;
  std::vector<bool> overflow;

 private:
  static IommuSpec spec_of(IommuKind kind, std::uint32_t entries) {
    IommuSpec spec;
    spec.kind = kind;
    spec.queue_entries = entries;
    return spec;
  }
};

}  // namespace faultpath::models
