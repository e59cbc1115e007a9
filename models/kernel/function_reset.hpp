// Function reset: how the kernel resets a device that it cannot go on with.
#pragma once

#include "models/base/messages.hpp"

namespace faultpath::models {

class FunctionReset {
 public:
  /// Begins a function level reset of the physical function whose page request interface the device
  /// uses, and so of all that share it (Linux, pci_reset_function()). Nothing while one is under
  /// way.
  virtual void reset(DeviceIndex device) = 0;

 protected:
  ~FunctionReset() = default;
};

}  // namespace faultpath::models
