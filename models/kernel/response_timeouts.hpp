// Response time-outs: a timer for each device with pending groups.
#pragma once

#include <deque>
#include <vector>

#include "models/kernel/iopf_core_spec.hpp"
#include "models/kernel/iopf_group.hpp"
#include "models/kernel/pending_groups.hpp"
#include "sim/calendar.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// What happens to groups that are late.
class TimeoutTarget {
 public:
  /// The group has been pending for as long as it may. Each is told of once.
  virtual void timed_out(const IopfGroup& group) = 0;
  /// Pending groups of the device are to be answered with this code, and the device to be reset if
  /// it is Failure.
  virtual void give_up(DeviceIndex device, std::vector<IopfGroup*> groups, ResponseCode code) = 0;

 protected:
  ~TimeoutTarget() = default;
};

/// The timer of a device runs while groups of it are pending, and fires once a period (Pan, 2020:
/// it is started with the first of them, and stopped with the last). It takes no processor's time.
class ResponseTimeouts {
 public:
  ResponseTimeouts(sim::Simulation& simulation, const ResponseTimeoutSpec& spec,
                   PendingGroups& groups, TimeoutTarget& target)
      : calendar_(simulation.calendar()), spec_(spec), groups_(groups), target_(target) {}
  ResponseTimeouts(const ResponseTimeouts&) = delete;
  ResponseTimeouts& operator=(const ResponseTimeouts&) = delete;

  /// Another group of the device is pending.
  void begin(DeviceIndex device) {
    if (spec_.action != TimeoutAction::off) start(device);
  }
  /// None of the device is pending any more.
  void stop(DeviceIndex device);

 private:
  struct Timer {
    ResponseTimeouts* owner;
    DeviceIndex device;
    bool armed = false;
    sim::EventId event{};
    void fire() { owner->fired(*this); }
  };
  void start(DeviceIndex device);
  void arm(Timer& timer);
  void fired(Timer& timer);

  sim::Calendar& calendar_;
  const ResponseTimeoutSpec spec_;
  PendingGroups& groups_;
  TimeoutTarget& target_;
  std::deque<Timer> timers_;  // by device
};

}  // namespace faultpath::models
