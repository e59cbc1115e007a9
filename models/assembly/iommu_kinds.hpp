// The kinds of IOMMU: for each, its queue, its driver and what its name means. One line a kind.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "models/iommu/iommu_spec.hpp"
#include "models/iommu/queues/page_request_queue.hpp"
#include "models/iommu/walk/configuration_cache.hpp"
#include "models/kernel/kernel.hpp"

namespace faultpath::models {

struct IommuKindInfo {
  IommuKind kind;
  std::string_view name;  ///< as in a scenario
  std::string_view description;
  std::uint32_t entry_bytes;     ///< of the queue in memory
  std::uint32_t smallest_queue;  ///< entries that hardware can have at least
  std::unique_ptr<PageRequestQueue> (*make_queue)(const IommuSpec& spec);
  /// Requires the queue of the same kind.
  PrqMaker make_prq;
  ConfigurationFormat configuration;
  /// Devices send untranslated addresses and their accesses stall; no ATC, no credits, no groups.
  bool stalls = false;
  bool arm_tables = false;  ///< it walks the page tables of Arm processors
};

const std::vector<IommuKindInfo>& iommu_kinds();
const IommuKindInfo& info_of(IommuKind kind);

}  // namespace faultpath::models
