// Page fault: what software is asked to serve, whatever queue the question came through.
#pragma once

#include <optional>

#include "models/base/address.hpp"
#include "models/base/messages.hpp"

namespace faultpath::models {

/// One access of a device to one 4 KiB page that its I/O page table did not allow. A page request
/// group is a sequence of them, in the order in which the device sent them. It names no queue, no
/// group and no answer: who asks for it to be served has those.
struct PageFault {
  DeviceIndex device;
  std::optional<Pasid> pasid;  ///< absent: an address without PASID
  IovaPage page;
  bool read = false;
  bool write = false;
  bool counted = false;  ///< of an operation that started after the warm-up

  bool operator==(const PageFault&) const = default;
};

/// What a page request asks of software.
constexpr PageFault fault_of(const PageRequest& request) {
  return {request.device, request.pasid, request.page,
          request.read,   request.write, request.counted};
}

}  // namespace faultpath::models
