// The pages of a recording.
#include "models/device/operation.hpp"

namespace faultpath::models {

const Runs& TraceData::pages() const {
  if (pages_) return *pages_;
  RunsBuilder touched;
  for (const TraceEntry& entry : entries) {
    const IovaPage first = entry.operation.first_page();
    touched.add(first.value, entry.operation.last_page().value - first.value + 1);
  }
  return pages_.emplace(touched.take());
}

}  // namespace faultpath::models
