// What the units of one IOMMU share.
#pragma once

#include <string>

#include "models/base/journal.hpp"
#include "models/base/window.hpp"
#include "models/iommu/function_table.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// References outlive the units. `path` names the IOMMU in streams, journal and reports of what is
/// stuck, so that two of them in one simulation differ.
struct UnitSetting {
  sim::Simulation& simulation;
  const std::string& path;
  const IommuSpec& spec;
  const StatisticsWindow& window;
  FunctionTable& functions;
  Journal& journal;  ///< of the whole IOMMU
  PageSize granule;  ///< of its tables: the base page of the kernel
};

}  // namespace faultpath::models
