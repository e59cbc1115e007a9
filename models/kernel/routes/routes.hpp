// Routes: how software finds who handles a fault. One file and one row each.
#pragma once

#include <string_view>
#include <vector>

#include "models/kernel/attachments.hpp"
#include "models/kernel/fault_route.hpp"

namespace faultpath::models {

struct RouteInfo {
  /// The attachment that a fault of `who` is handled under, or null.
  using Find = const Attachment* (*)(const Attachments& attachments, const Originator& who);

  FaultRoute route;
  std::string_view name;  ///< as in a scenario
  std::string_view description;
  Find find;
};

/// For each I/O page table a handler: that of exactly this function and PASID.
const Attachment* find_per_page_table(const Attachments& attachments, const Originator& who);
/// For each device a handler, whatever PASID a fault has: that of its first attachment.
const Attachment* find_per_device(const Attachments& attachments, const Originator& who);

/// For each PASID of a device a handler. A request without a PASID is user space's, if faults of
/// the device are reported there, and else nobody's.
const Attachment* find_per_pasid(const Attachments& attachments, const Originator& who);

const std::vector<RouteInfo>& routes();
const RouteInfo& info_of(FaultRoute route);

}  // namespace faultpath::models
