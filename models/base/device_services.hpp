// What software does for a device: the calls that go from a device to the host.
#pragma once

#include <cstdint>

#include "models/base/messages.hpp"
#include "models/base/page_event.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class DeviceServices {
 public:
  /// To be called after a reset of a function or the stop of a PASID. Returns when no request of
  /// `who` is on its way, queued or in work, and every answer has reached the device. If `who` is a
  /// whole function, its partial groups are discarded. Requires that `who` has stopped issuing and
  /// answers invalidations.
  virtual sim::Task<> quiesce(Originator who) = 0;
  /// A thread of the host copies `bytes` out of the backup ring to their place, at `bandwidth`
  /// bytes/s, and returns when it has.
  virtual sim::Task<> copy_out(std::uint64_t bytes, double bandwidth) = 0;
  /// Software has been told of absent pages. Returns when it has made them present and is about to
  /// tell the device; any other code than Success if it could not.
  virtual sim::Task<ResponseCode> page_in(const PageEvent& event) = 0;

 protected:
  ~DeviceServices() = default;
};

}  // namespace faultpath::models
