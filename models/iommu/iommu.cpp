// The IOMMU's messages, its page request queue and its responses.
#include "models/iommu/iommu.hpp"

#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kQueued{3, "page request queued"};
constexpr EntryKind kAnswered{4, "page request answered automatically"};
constexpr EntryKind kDropped{5, "page request dropped"};
constexpr EntryKind kOverflow{6, "overflow"};
constexpr EntryKind kResponded{8, "group response"};

const std::string kPath = "iommu";

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

Iommu::Iommu(sim::Simulation& simulation, const IommuSpec& spec, const StatisticsWindow& window,
             std::unique_ptr<PageRequestQueue> queue, const ConfigurationFormat& format)
    : simulation_(simulation),
      spec_(spec),
      window_(window),
      queue_(std::move(queue)),
      configuration_(spec.configuration, format, spec.levels.stage2 > 0),
      iotlb_(spec.iotlb.entries, spec.iotlb.ways),
      walker_(spec),
      walkers_(spec.walkers, "page-table walkers"),
      lookup_(spec.lookup),
      memory_read_(spec.memory_read),
      iotlb_invalidation_(spec.invalidation.iotlb),
      lookup_stream_(simulation.stream(kPath, "lookup")),
      read_stream_(simulation.stream(kPath, "memory read")),
      invalidation_stream_(simulation.stream(kPath, "invalidation")),
      journal_(simulation, kPath) {
  if (spec.levels.stage2 > 0) nested_.emplace(spec);
  if (!std::holds_alternative<InterruptPerKind>(spec.interrupt)) {
    interrupts_ = std::make_unique<InterruptPolicy>(simulation, spec_.interrupt, *queue_, window,
                                                    stats_.interrupts);
  }
}

void Iommu::connect(InterruptTarget& target) {
  target_ = &target;
  if (interrupts_) interrupts_->connect(target);
}

void Iommu::attach(DeviceIndex device, Wire<DownMessage>& down, AddressSpace& space) {
  ENSURE(device.value == ports_.size(), "devices are attached in order");
  ports_.push_back(std::make_unique<Port>(down, space));
  ENSURE(nested_.has_value() == (space.guest != nullptr), "a second stage has guest memory");
  space.devices.push_back(device);
}

void Iommu::receive(const UpMessage& message) {
  std::visit(Overloaded{[this](const AtsRequest& request) {
                          simulation_.start(translate(request), "iommu/translation");
                        },
                        [this](const PageRequest& request) { accept(request); },
                        [this](const DeviceInvalidationDone& done) { finish_invalidation(done); },
                        [this](const UntranslatedAccess& untranslated) {
                          simulation_.start(access(untranslated), "iommu/access");
                        }},
             message);
}

void Iommu::accept(const PageRequest& request) {
  const sim::Time now = simulation_.now();
  const Port& port = *ports_[request.device.value];
  if (interrupts_) interrupts_->before_arrival();
  const Arrival arrival = queue_->arrive(request);
  if (arrival.overflowed) {
    journal_.note(now, kOverflow, request.page.value);
    overflow_since_ = now;
    stats_.queue_overflows += window_.covers(now);
  }
  switch (arrival.fate) {
    case Arrival::Fate::queued:
      if (spec_.kind == IommuKind::vtd) invalidate_implicitly(*port.space, request.page);
      journal_.note(now, kQueued, request.page.value);
      request.fault.enter(now, FaultStage::queue);
      stats_.queue_depth.set(now, queue_->occupied());
      break;
    case Arrival::Fate::answered:
      journal_.note(now, kAnswered, request.page.value);
      stats_.auto_responses += request.counted;
      request.fault.enter(now, FaultStage::respond);
      port.down->send(
          now, GroupResponse{request.index, arrival.carries_pasid ? request.pasid : std::nullopt,
                             arrival.code});
      break;
    case Arrival::Fate::dropped:
      journal_.note(now, kDropped, request.page.value);
      stats_.requests_dropped += request.counted;
      break;
  }
  if (interrupts_) {
    interrupts_->after_arrival(request, arrival);
  } else if (arrival.interrupt) {
    interrupt();
  }
}

void Iommu::interrupt() {
  stats_.interrupts += window_.covers(simulation_.now());
  target_->interrupt();
}

void Iommu::respond(DeviceIndex device, const GroupResponse& response) {
  const sim::Time now = simulation_.now();
  journal_.note(now, kResponded, std::uint64_t{device.value} << 16 | response.index.value);
  if (spec_.kind == IommuKind::smmu_stall) {
    stalls_.resume(response.index, response.code);
  } else {
    ports_[device.value]->down->send(now, response);
  }
}

void Iommu::queue_changed() {
  const sim::Time now = simulation_.now();
  stats_.queue_depth.set(now, queue_->occupied());
  if (overflow_since_ && !queue_->overflow()) {
    if (window_.covers(*overflow_since_)) stats_.overflow_recovery.record(now - *overflow_since_);
    overflow_since_.reset();
  }
}

}  // namespace faultpath::models
