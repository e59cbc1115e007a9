// The sizes of the operations of a device.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/device/device_spec.hpp"
#include "models/device/operation.hpp"

namespace faultpath::models {

/// Bytes.
struct OperationSizes {
  std::uint64_t smallest = 0, largest = 0;

  /// Pages that one operation touches at most: it may begin anywhere in its first.
  std::uint64_t most_pages(PageSize size) const { return size.pages_in(largest) + 2; }
};

inline OperationSizes operation_sizes(const DeviceSpec& spec, const Trace& trace) {
  if (!trace || trace->entries.empty()) return {spec.workload.operation, spec.workload.operation};
  OperationSizes sizes{~0ULL, 0};
  for (const TraceEntry& entry : trace->entries) {
    sizes.smallest = std::min<std::uint64_t>(sizes.smallest, entry.operation.bytes);
    sizes.largest = std::max<std::uint64_t>(sizes.largest, entry.operation.bytes);
  }
  return sizes;
}

}  // namespace faultpath::models
