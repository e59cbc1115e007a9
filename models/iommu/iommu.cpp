// The IOMMU's messages, its page request queue and its responses.
#include "models/iommu/iommu.hpp"

#include <utility>

#include "models/iommu/iommu_events.hpp"
#include "sim/ensure.hpp"
#include "sim/overloaded.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kQueued{3, "page request queued"};
constexpr EntryKind kAnswered{4, "page request answered automatically"};
constexpr EntryKind kDropped{5, "page request dropped"};
constexpr EntryKind kOverflow{6, "overflow"};

const std::string kPath = "iommu";

}  // namespace

Iommu::Iommu(sim::Simulation& simulation, const IommuSpec& spec, const StatisticsWindow& window,
             std::unique_ptr<PageRequestQueue> queue, const ConfigurationFormat& format)
    : simulation_(simulation),
      spec_(spec),
      traits_{spec.levels.stage1, spec.interrupt, spec.access_dirty.dirty == DirtyUpdate::software},
      window_(window),
      queue_(std::move(queue)),
      configuration_(spec.configuration, format, spec.levels.stage2 > 0),
      iotlb_(spec.iotlb.entries, spec.iotlb.ways),
      walker_(spec),
      walkers_(spec.walkers, "page-table walkers"),
      lookup_(spec.lookup),
      memory_read_(spec.memory_read),
      entry_update_(spec.access_dirty.update),
      lookup_stream_(simulation.stream(kPath, "lookup")),
      read_stream_(simulation.stream(kPath, "memory read")),
      update_stream_(simulation.stream(kPath, "entry update")),
      ring_(simulation, spec.invalidation, command_set(spec.kind), *this),
      stalls_(spec.stall.suppress_duplicates),
      stall_storage_(spec.stall.capacity, "stall storage"),
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

void Iommu::attach(DeviceIndex device, Wire<DownMessage>& down, AddressSpace& space,
                   const Function& function) {
  ENSURE(device.value == ports_.size(), "devices are attached in order");
  ports_.push_back(std::make_unique<Port>(down, space, function));
  ENSURE(nested_.has_value() == (space.guest != nullptr), "a second stage has guest memory");
  ring_.add_device(function.invalidations);
  space.devices.push_back(device);
}

void Iommu::receive(const UpMessage& message) {
  std::visit(sim::Overloaded{[this](const AtsRequest& request) {
                               if (request.translations > 1) {
                                 simulation_.start(translate_several(request), "iommu/translation");
                               } else {
                                 simulation_.start(translate(request), "iommu/translation");
                               }
                             },
                             [this](const PageRequest& request) { accept(request); },
                             [this](const DeviceInvalidationDone& done) { ring_.completed(done); },
                             [this](const UntranslatedAccess& untranslated) {
                               simulation_.start(access(untranslated), "iommu/access");
                             }},
             message);
}

Arrival::Fate Iommu::accept(const PageRequest& request) {
  const sim::Time now = simulation_.now();
  Port& port = *ports_[request.device.value];
  if (interrupts_) interrupts_->before_arrival();
  const Arrival arrival = queue_->arrive(request);
  if (arrival.overflowed) {
    journal_.note(now, kOverflow, request.page.value);
    overflow_since_ = now;
    stats_.queue_overflows += window_.covers(now);
  }
  port.stats.faults_logged += arrival.logged && request.counted;
  switch (arrival.fate) {
    case Arrival::Fate::queued:
      if (spec_.kind == IommuKind::vtd) invalidate_implicitly(*port.space, request.page);
      journal_.note(now, kQueued, request.page.value);
      request.fault.enter(now, FaultStage::queue);
      stats_.queue_depth.set(now, queue_->occupied());
      break;
    case Arrival::Fate::answered:
      journal_.note(now, kAnswered, request.page.value);
      port.stats.auto_responses += request.counted;
      port.late_answers +=
          spec_.kind == IommuKind::amd && spec_.amd.response_delay > sim::Duration::zero();
      request.fault.enter(now, FaultStage::respond);
      if (watch_ != nullptr) watch_->answered(request);
      port.down->send(
          now, GroupResponse{request.index, arrival.carries_pasid ? request.pasid : std::nullopt,
                             arrival.code});
      break;
    case Arrival::Fate::dropped:
      journal_.note(now, kDropped, request.page.value);
      port.stats.requests_dropped += request.counted;
      stats_.drops.add(now, sim::Duration::zero());
      break;
  }
  if (interrupts_) {
    interrupts_->after_arrival(request, arrival);
  } else if (arrival.interrupt) {
    interrupt();
  }
  return arrival.fate;
}

void Iommu::interrupt() {
  stats_.interrupts += window_.covers(simulation_.now());
  target_->interrupt();
}

void Iommu::apply(IommuAction action, DeviceIndex device) {
  queue_->apply(action, device);
  Port& port = *ports_[device.value];
  if (info_of(action).of_function) configuration_.forget(port.configuration);  // with its entries
  if (action == IommuAction::remove_context) port.refused = true;
  if (action == IommuAction::restore_context) port.refused = false;
  if (action == IommuAction::remove_pasid) port.no_pasid = true;
  if (action == IommuAction::restore_pasid) port.no_pasid = false;
  if (action == IommuAction::disable_page_requests) port.no_stalls = true;
  if (action == IommuAction::enable_page_requests) port.no_stalls = false;
  if (action == IommuAction::disable_iommu) off_ = true;
  if (action == IommuAction::enable_iommu) off_ = false;
  if (action == IommuAction::remove_context) terminate_stalls(device);
}

void Iommu::queue_changed() {
  const sim::Time now = simulation_.now();
  stats_.queue_depth.set(now, queue_->occupied());
  if (overflow_since_ && !queue_->overflow()) {
    if (window_.covers(*overflow_since_)) stats_.overflow_recovery.record(now - *overflow_since_);
    stats_.overflows.add(*overflow_since_, now);
    overflow_since_.reset();
  }
}

}  // namespace faultpath::models
