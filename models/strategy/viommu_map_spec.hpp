// What a scenario says about strategy viommu_map.
#pragma once

#include <cstdint>
#include <memory>

#include "models/strategy/strategy_kind.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// A guest maps its buffers in a virtual IOMMU before each operation, and unmaps them after it.
struct ViommuMapSpec {
  /// strict: unmapped and invalidated before the operation ends. lazy: by and by, many at a time.
  enum class Mode { strict, lazy } mode = Mode::strict;
  /// From the guest's request to the virtual IOMMU and back, without what the host does about it:
  /// an exit to a user-space VMM takes 3 to 6 us (assumed). Measured with the host's part: 6.96 us
  /// in the guest's qi_submit_sync() (Fast & Safe I/O memory protection, 2025, 1 core).
  sim::DistributionSpec exit = sim::ConstantSpec{sim::microseconds(5)};
  std::uint32_t flush_entries =
      256;  ///< lazy: unmaps that wait at most (Linux: IOVA_DEFAULT_FQ_SIZE)
  sim::Duration flush_after = sim::milliseconds(10);  ///< lazy: they wait (Linux: IOVA_FQ_TIMEOUT)

  StrategyTraits traits() const { return {.pins = true, .acts_around_dma = true}; }
  bool operator==(const ViommuMapSpec&) const = default;
};

std::unique_ptr<MemoryStrategy> make_strategy(const ViommuMapSpec& spec,
                                              const StrategyContext& context);

}  // namespace faultpath::models
