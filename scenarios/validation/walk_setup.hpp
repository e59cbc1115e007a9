// Page tables of a reference vector as memory, with the contexts that lead to them.
#pragma once

#include <optional>

#include "models/iommu/queues/riscv_device_directory.hpp"
#include "scenarios/validation/csv_table.hpp"
#include "scenarios/validation/riscv/translator.hpp"

namespace faultpath::scenarios {

/// One table of walk/ as the IOMMU sees it. Copied for each vector, because a walk may write.
struct WalkSetup {
  models::RiscvDeviceDirectory directory;
  models::StreamId device;
  riscv::DeviceTables tables;
  riscv::PhysicalMemory memory;

  /// Changes what the environment of a vector changes (columns env and inj_spa).
  void apply_environment(const CsvRow& vector);
};

/// Nothing when the manifest names a mode that there is no model of. Throws ConfigError when a file
/// is malformed.
std::optional<WalkSetup> build_walk(const CsvRow& manifest, const CsvTable& entries);

}  // namespace faultpath::scenarios
