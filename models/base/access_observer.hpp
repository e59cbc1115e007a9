// Who wants to know which pages a device uses.
#pragma once

#include <optional>

#include "models/base/address.hpp"

namespace faultpath::models {

/// One for each device that reports access. Software behind it may keep what is used.
class AccessObserver {
 public:
  /// The device has used a translation of `page` under `pasid`. Called ahead of the clock where the
  /// device may run ahead of it.
  virtual void used(std::optional<Pasid> pasid, IovaPage page) = 0;

 protected:
  ~AccessObserver() = default;
};

}  // namespace faultpath::models
