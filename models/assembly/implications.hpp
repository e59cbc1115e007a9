// What follows from a specification for the wiring of a run.
#pragma once

#include <cstdint>
#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/device/device_links.hpp"
#include "models/device/function_plan.hpp"
#include "models/device/stop_control.hpp"

namespace faultpath::models {

/// Operations of this device may fail: the IOMMU may refuse what they need, or the device give them
/// up.
bool may_lose(const SystemSpec& spec, const DeviceSpec& device);

/// Some groups are not answered, or their answers do not arrive.
bool loses_answers(const SystemSpec& spec);
/// User space may leave some of them unanswered for ever.
bool user_space_may_withhold(const SystemSpec& spec);
/// The page requests of some PASID are refused.
bool refuses(const SystemSpec& spec);
/// Each request of a refused group is answered by itself: all but the first answer come to a device
/// that waits for none, or for that of another group.
bool answers_each_refused_request(const SystemSpec& spec);
/// The core may answer in the place of a handler.
bool answers_early(const SystemSpec& spec);
/// The kernel may reset a device.
bool resets(const SystemSpec& spec);
/// So long may an answer, or a reset for want of one, be in coming.
sim::Duration longest_wait_for_answers(const SystemSpec& spec);

/// Somebody's end or change is followed by invalidations.
bool drains(const SystemSpec& spec);

/// Answers without any progress in between that are too many: well above those that can be on
/// their way at a time, which is one for each credit or stall tag. Fewer where each costs more.
std::uint64_t patience(const SystemSpec& spec);

/// What one of `spec.devices` undergoes, and when something happens to those that share its
/// interface; in order of time.
std::vector<Incident> incidents_of(const SystemSpec& spec, const DeviceSpec& device);

/// Tells `stop` how many operations the device has at most at once, and how often one more.
/// `losing` is may_lose().
void announce(StopControl& stop, const DeviceSpec& spec, const DeviceLinks& links,
              const Trace& trace, bool losing);

/// Pages on which the device cannot fault. Looks at the recording only if it has such ranges.
std::vector<PageRange> nonfaultable_among(const DeviceSpec& spec, const Trace& trace,
                                          PageSize size);

}  // namespace faultpath::models
