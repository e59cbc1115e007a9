// What a scenario says about who maps and pins memory for devices, and how it is counted.
#pragma once

#include <cstdint>
#include <optional>

#include "models/memory/pin_threads_spec.hpp"

namespace faultpath::models {

/// Who maps, pins and counts: VFIO type1, or iommufd.
enum class MappingEngine { type1, iommufd };
/// Whose locked memory iommufd compares with the limit: that of all processes of a user, or that of
/// the process (IOMMU_OPTION_RLIMIT_MODE).
enum class RlimitMode { user, mm };

struct MappingSpec {
  MappingEngine engine = MappingEngine::type1;
  /// RLIMIT_MEMLOCK, bytes; absent: none is compared, as with CAP_IPC_LOCK.
  std::optional<std::uint64_t> memlock;
  RlimitMode rlimit_mode = RlimitMode::user;  ///< iommufd
  PinThreadsSpec pinning;                     ///< of a range that is pinned as a whole
};

}  // namespace faultpath::models
