// What the owner of an I/O page table does behind a change: it empties the caches.
#pragma once

#include <cstdint>

#include "models/base/address.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class IoPageTable;

/// Source: Linux, struct iommu_flush_ops. An IOMMU implements it.
class IotlbFlush {
 public:
  /// Returns when neither IOTLB nor any device of `table` holds a translation of the pages that was
  /// in the table before.
  virtual sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) = 0;

 protected:
  ~IotlbFlush() = default;
};

}  // namespace faultpath::models
