// Tags of stalled transactions.
#include "models/iommu/stall_table.hpp"

#include <algorithm>

#include "sim/ensure.hpp"

namespace faultpath::models {

PrgIndex StallTable::hold(const StalledFault& fault) {
  if (free_.empty()) {
    ENSURE(stalls_.size() < 1U << 16, "a stall tag has 16 bits");
    free_.push_back(static_cast<std::uint16_t>(stalls_.size()));
    stalls_.emplace_back();
  }
  const PrgIndex stag{free_.back()};
  free_.pop_back();
  Stall& stall = stalls_[stag.value];
  stall.live = stall.held = true;
  stall.recorded = false;
  stall.fault = fault;
  ++stall.life;
  ++live_;
  return stag;
}

bool StallTable::is_pending(const StalledFault& fault) const {
  return std::ranges::any_of(stalls_, [&](const Stall& stall) {
    return stall.live && stall.recorded && stall.fault == fault;
  });
}

std::optional<StallEnd> StallTable::take_end(PrgIndex stag) {
  Stall& stall = stalls_[stag.value];
  if (stall.live) return std::nullopt;
  stall.held = false;
  free(stag);
  return stall.how;
}

// Nobody will answer what has not been recorded.
void StallTable::leave(PrgIndex stag) {
  Stall& stall = stalls_[stag.value];
  stall.held = false;
  if (stall.recorded) return;
  stall.live = false;
  --live_;
  free(stag);
}

bool StallTable::try_again(PrgIndex stag, std::uint32_t life) {
  Stall& stall = stalls_[stag.value];
  if (stall.life != life || !stall.live || !stall.held) return false;
  stall.resumed.raise();
  return true;
}

bool StallTable::end(DeviceIndex device, PrgIndex stag, StallEnd how) {
  if (stag.value >= stalls_.size()) return false;
  Stall& stall = stalls_[stag.value];
  if (!stall.live || stall.fault.device != device) return false;
  stall.live = false;
  stall.how = how;
  --live_;
  if (stall.held) {
    stall.resumed.raise();
  } else {
    free(stag);
  }
  return true;
}

}  // namespace faultpath::models
