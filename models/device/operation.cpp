// The pages of a recording.
#include "models/device/operation.hpp"

namespace faultpath::models {

const Runs& TraceData::pages(PageSize size) const {
  const auto known = pages_.find(size.bits());
  if (known != pages_.end()) return known->second;
  RunsBuilder touched;
  for (const TraceEntry& entry : entries) {
    const IovaPage first = entry.operation.first_page(size);
    touched.add(first.value, entry.operation.last_page(size).value - first.value + 1);
  }
  return pages_.emplace(size.bits(), touched.take()).first->second;
}

}  // namespace faultpath::models
