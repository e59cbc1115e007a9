// Page event: how a device without page requests tells software that pages are absent.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/address.hpp"
#include "models/base/fault_id.hpp"
#include "models/base/messages.hpp"

namespace faultpath::models {

/// Pages that an operation needs, of which the first is absent.
struct PageEvent {
  DeviceIndex device;
  std::optional<Pasid> pasid;
  IovaPage first;
  std::uint64_t pages = 1;
  bool write = false;
  /// Of what a peer has sent. The device knows no more of the message than this packet.
  bool responder = false;
  bool counted = false;  ///< of an operation that started after the warm-up
  FaultId fault;
};

}  // namespace faultpath::models
