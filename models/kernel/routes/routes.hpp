// Routes: how software finds who handles a fault. One file and one row each.
#pragma once

#include <string_view>
#include <vector>

#include "models/kernel/attachments.hpp"
#include "models/kernel/route_spec.hpp"

namespace faultpath::models {

struct RouteInfo {
  /// The attachment that a fault of `who` is handled under, or null.
  using Find = const Attachment* (*)(const Attachments& attachments, const Originator& who);

  std::string_view name;  ///< as in a scenario
  std::string_view description;
  Find find;
};

/// In the order of RouteSpec::Kind.
const std::vector<RouteInfo>& routes();
const RouteInfo& info_of(FaultRoute route);

}  // namespace faultpath::models
