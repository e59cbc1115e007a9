// What software does before and after a DMA operation: calls that go from a device to its driver.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/address.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// The pages of one operation, and by which table they are translated.
struct DmaUse {
  std::optional<Pasid> pasid;  ///< absent: the function's table
  IovaPage first;
  std::uint64_t pages = 0;  ///< >= 1
  bool write = false;       ///< the device writes memory
};

/// Off for most devices: then their operations begin when they are issued and end with their data.
class DmaPolicy {
 public:
  /// Software prepares an operation. On return the device may use the pages until after() is
  /// called; false: it may not, and the operation ends without its data and without after().
  virtual sim::Task<bool> before(const DmaUse& use) = 0;
  /// The data of an operation have moved, or it has failed. It ends when this returns.
  virtual sim::Task<> after(const DmaUse& use) = 0;

 protected:
  ~DmaPolicy() = default;
};

}  // namespace faultpath::models
