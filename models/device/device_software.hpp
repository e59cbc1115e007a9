// What software does about a function that has been reset, or whose PASID has stopped.
#pragma once

#include "models/base/messages.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class DeviceSoftware {
 public:
  /// Returns once nothing that `who` has asked for is on its way, queued, in work, or answered and
  /// not there yet; a function as a whole then has no partial groups left. Requires that `who` has
  /// stopped, and answers invalidations.
  virtual sim::Task<> quiesce(Originator who) = 0;

 protected:
  ~DeviceSoftware() = default;
};

}  // namespace faultpath::models
