// A page request group as software sees it: complete, with its last request at the end.
#pragma once

#include <optional>
#include <vector>

#include "models/base/page_fault.hpp"
#include "models/memory/address_space.hpp"
#include "models/metrics/fault_record.hpp"

namespace faultpath::models {

/// All or some of the requests of one group: those that reached the queue before the last.
struct FaultGroup {
  DeviceIndex device;
  AddressSpace* space = nullptr;
  std::vector<PageRequest> requests;  ///< chronological; never empty
  std::vector<PageFault> faults;      ///< the same, as a handler is asked; when it is
  bool pending = false;               ///< queued as work and not answered
  std::uint8_t round = 0;             ///< which flush waits for it

  sim::Time queued{};   ///< as work
  sim::Time handled{};  ///< from then on by a handler; may lie ahead of the clock

  const PageRequest& last() const { return requests.back(); }
};

}  // namespace faultpath::models
