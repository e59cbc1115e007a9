// Tags of stalled transactions.
#include "models/iommu/stall_table.hpp"

#include "sim/ensure.hpp"

namespace faultpath::models {

PrgIndex StallTable::hold() {
  if (free_.empty()) {
    ENSURE(stalls_.size() < 1U << 16, "a stall tag has 16 bits");
    free_.push_back(static_cast<std::uint16_t>(stalls_.size()));
    stalls_.emplace_back();
  }
  const PrgIndex stag{free_.back()};
  free_.pop_back();
  stalls_[stag.value].live = true;
  return stag;
}

bool StallTable::resume(PrgIndex stag, ResponseCode code) {
  if (stag.value >= stalls_.size() || !stalls_[stag.value].live) return false;
  Stall& stall = stalls_[stag.value];
  stall.live = false;
  stall.code = code;
  free_.push_back(stag.value);
  stall.resumed.raise();
  return true;
}

}  // namespace faultpath::models
