// Starting and stopping the timers, and what they find.
#include "models/kernel/response_timeouts.hpp"

#include <utility>

namespace faultpath::models {

void ResponseTimeouts::start(DeviceIndex device) {
  while (timers_.size() <= device.value) {
    timers_.push_back({this, DeviceIndex{static_cast<std::uint32_t>(timers_.size())}});
  }
  if (!timers_[device.value].armed) arm(timers_[device.value]);
}

void ResponseTimeouts::stop(DeviceIndex device) {
  if (device.value >= timers_.size() || !timers_[device.value].armed) return;
  timers_[device.value].armed = false;
  calendar_.cancel(timers_[device.value].event);
}

void ResponseTimeouts::arm(Timer& timer) {
  timer.armed = true;
  timer.event = calendar_.schedule_after(spec_.after, sim::handler_of<&Timer::fire>(timer));
}

// Those that have been late before go on waiting for who answers them. The timer need not fire
// again for them.
void ResponseTimeouts::fired(Timer& timer) {
  timer.armed = false;
  std::vector<IopfGroup*> all = groups_.of(timer.device), late;
  bool others = false;
  for (IopfGroup* group : all) {
    if (group->overdue) continue;
    if (calendar_.now() - group->queued < spec_.after) {
      others = true;
      continue;
    }
    group->overdue = true;
    late.push_back(group);
    target_.timed_out(*group);
  }
  if (others) arm(timer);
  if (late.empty()) return;
  if (spec_.action == TimeoutAction::invalid) {
    target_.give_up(timer.device, std::move(late), ResponseCode::invalid);
  } else if (spec_.action == TimeoutAction::failure_reset) {
    target_.give_up(timer.device, std::move(all), ResponseCode::failure);
  }
}

}  // namespace faultpath::models
