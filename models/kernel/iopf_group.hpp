// A page request group as software sees it: complete, with its last request at the end.
#pragma once

#include <algorithm>
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
  Attachment attachment;                      ///< as it was when the last request was reported
  std::vector<PageRequest> requests;          ///< chronological; never empty
  std::vector<PageFault> faults;              ///< what they ask for
  bool pending = false;                       ///< given to a handler and not answered
  bool overdue = false;                       ///< has been pending for as long as a time-out
  IopfGroup* whole = nullptr;                 ///< it is a part of this group, which is forwarded
  std::uint32_t parts = 0;                    ///< of itself that have not been served
  bool open = false;                          ///< more parts will come
  bool recalled = false;                      ///< its parts are served in vain
  ResponseCode code = ResponseCode::success;  ///< of its parts
  bool withheld = false;                      ///< its answer is lost: its handler has forgotten it
  std::uint64_t serial = 0;                   ///< grows from group to group

  sim::Time queued{};  ///< when it was given to its handler

  /// It is a part that need not be served any more.
  bool is_recalled() const { return whole != nullptr && whole->recalled; }
  const PageRequest& last() const { return requests.back(); }
  /// Requests that are in the statistics.
  std::uint64_t counted() const {
    return static_cast<std::uint64_t>(std::ranges::count_if(requests, &PageRequest::counted));
  }
};

}  // namespace faultpath::models
