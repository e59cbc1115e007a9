// Resetting devices, and giving up what has no answer in the end.
#include "models/assembly/device_recovery.hpp"

#include "models/assembly/implications.hpp"

namespace faultpath::models {

void DeviceRecovery::reset(DeviceIndex device) { simulation_.start(reset_soon(device), "drivers"); }

// The first with this interface is the physical function.
sim::Process DeviceRecovery::reset_soon(DeviceIndex device) {
  co_await simulation_.delay(kReaction, {"the driver's reaction", "devices"});
  const auto interface = functions_[device.value].function.interface();
  bool physical = true;
  for (AttachedFunction& each : functions_) {
    if (each.function.interface() != interface) continue;
    each.function.reset(physical);
    physical = false;
  }
}

// A service: it does not make a run stuck by itself.
void DeviceRecovery::start(const ProgressWatch::Source& source, RunLevels& levels) {
  if (!spec_.run.stop.duration || !loses_answers(spec_)) return;
  const sim::Time end = simulation_.now() + *spec_.run.stop.duration;
  waiting_ = simulation_.start_service(give_up(end, source, levels), "drivers");
}

void DeviceRecovery::stop() {
  stopped_ = true;
  if (waiting_ && !acting_) simulation_.cancel(*waiting_);
}

// The levels of a run are what they were when something went on last: giving up changes them.
sim::Process DeviceRecovery::give_up(sim::Time end, const ProgressWatch::Source& source,
                                     RunLevels& levels) {
  const sim::WaitReason reason{"answers that do not come", "devices"};
  const sim::Duration patience = kPatience + longest_wait_for_answers(spec_);
  co_await simulation_.delay(end - simulation_.now(), reason);
  ProgressWatch::Totals seen = source.totals();
  sim::Time since = simulation_.now();
  levels.keep(since);
  while (!stopped_) {
    co_await simulation_.delay(kLook, reason);
    if (!standstill_ && source.totals() != seen) {
      seen = source.totals();
      since = simulation_.now();
      levels.keep(since);
    }
    if (simulation_.now() - since < patience) continue;
    standstill_ = since;
    give_up_all();
  }
}

void DeviceRecovery::give_up_all() {
  acting_ = true;
  for (std::uint32_t i = 0; i < functions_.size(); ++i) {
    iommu_.terminate_stream(DeviceIndex{i});
    functions_[i].function.give_up();
  }
  acting_ = false;
}

}  // namespace faultpath::models
