// A page request group as software sees it: complete, with its last request at the end.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/messages.hpp"
#include "models/base/page_fault.hpp"
#include "models/kernel/attachments.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// All or some of the requests of one group: those that reached the queue before the last.
struct IopfGroup {
  DeviceIndex device;
  Attachment attachment;              ///< as it was when the last request was reported
  std::vector<PageRequest> requests;  ///< chronological; never empty
  std::vector<PageFault> faults;      ///< what they ask for
  bool pending = false;               ///< given to a handler and not answered
  std::uint64_t serial = 0;           ///< grows from group to group

  sim::Time queued{};  ///< when it was given to its handler

  const PageRequest& last() const { return requests.back(); }
};

}  // namespace faultpath::models
