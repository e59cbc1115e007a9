// Eras: what the I/O page fault core of Linux does differently from version to version.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/kernel/era.hpp"
#include "models/kernel/route_spec.hpp"

namespace faultpath::models {

/// One row of the table. What is the same in all of them is said at IopfCore.
struct EraRules {
  Era era;
  std::string_view name;         ///< as in a scenario
  std::string_view description;  ///< what it brought
  /// Who gets a fault unless a scenario says otherwise.
  FaultRoute route;
  /// Groups in work at a time unless a scenario says otherwise (WQ_DFL_ACTIVE).
  std::uint32_t max_active;
  /// It is divided among the NUMA nodes by their processors, with a minimum for each. Else each
  /// node has as many for itself.
  bool nodes_share_max_active;
  /// A handler is looked for with every request; without one, a request that is not the last is
  /// answered Invalid as well. Else with the last only, and the others are kept.
  bool looks_up_every_request;
  /// The core answers Invalid for a group that nobody handles. Else its driver answers the last
  /// request with a code of its own, and the core drops the others silently.
  bool core_answers_unhandled;
  /// A response goes to the oldest pending group of its device with its index and PASID. Else to
  /// the group that it is for.
  bool responds_by_index;
  /// A device that goes has its pending groups answered Invalid. Else it cannot go before they have
  /// been answered (-EBUSY), and they stay with their handlers.
  bool removal_answers_pending;
};

/// Source: Linux, drivers/iommu/io-pgfault.c and iommu.c of these versions; kernel/workqueue.c: 256
/// in versions before, 1024 in 7.1. When it changed in between is not verified.
const std::vector<EraRules>& eras();
const EraRules& rules_of(Era era);

}  // namespace faultpath::models
