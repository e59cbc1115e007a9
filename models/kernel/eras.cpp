// The table of eras.
#include "models/kernel/eras.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint32_t kBefore = 256, kLater = 1024;

}  // namespace

const std::vector<EraRules>& eras() {
  static const std::vector<EraRules> table{
      {.era = Era::v5_1,
       .name = "5.1",
       .description = "one handler for each device",
       .route = FaultRoute::per_device,
       .max_active = kBefore,
       .nodes_share_max_active = false,
       .looks_up_every_request = false,
       .core_answers_unhandled = false,
       .responds_by_index = true,
       .removal_answers_pending = false},
      {.era = Era::v5_12,
       .name = "5.12",
       .description = "the same, with a queue of groups for each IOMMU",
       .route = FaultRoute::per_device,
       .max_active = kBefore,
       .nodes_share_max_active = false,
       .looks_up_every_request = false,
       .core_answers_unhandled = false,
       .responds_by_index = true,
       .removal_answers_pending = false},
      {.era = Era::v6_7,
       .name = "6.7",
       .description = "one handler for each page table",
       .route = FaultRoute::per_page_table,
       .max_active = kBefore,
       .nodes_share_max_active = false,
       .looks_up_every_request = false,
       .core_answers_unhandled = false,
       .responds_by_index = true,
       .removal_answers_pending = false},
      {.era = Era::v6_9,
       .name = "6.9",
       .description = "the core answers whatever has no handler, and groups of a device that goes",
       .route = FaultRoute::per_page_table,
       .max_active = kBefore,
       .nodes_share_max_active = true,
       .looks_up_every_request = false,
       .core_answers_unhandled = true,
       .responds_by_index = false,
       .removal_answers_pending = true},
      {.era = Era::v6_11,
       .name = "6.11",
       .description = "a handler is looked for with every request",
       .route = FaultRoute::per_page_table,
       .max_active = kBefore,
       .nodes_share_max_active = true,
       .looks_up_every_request = true,
       .core_answers_unhandled = true,
       .responds_by_index = false,
       .removal_answers_pending = true},
      {.era = Era::v7_1,
       .name = "7.1",
       .description = "four times as many groups in work at a time",
       .route = FaultRoute::per_page_table,
       .max_active = kLater,
       .nodes_share_max_active = true,
       .looks_up_every_request = true,
       .core_answers_unhandled = true,
       .responds_by_index = false,
       .removal_answers_pending = true},
  };
  return table;
}

const EraRules& rules_of(Era era) { return eras()[static_cast<std::size_t>(era)]; }

}  // namespace faultpath::models
