// Tags of stalled transactions.
#include "models/iommu/stall_table.hpp"

#include <functional>

#include "sim/ensure.hpp"

namespace faultpath::models {

PrgIndex StallTable::hold(const StalledFault& fault) {
  ENSURE(stalls_.in_use() < 1U << 16, "a stall tag has 16 bits");
  Stall& stall = stalls_.take();
  stall.live = stall.held = true;
  stall.recorded = false;
  stall.fault = fault;
  ++stall.life;
  ++live_;
  return PrgIndex{static_cast<std::uint16_t>(stalls_.number_of(stall))};
}

std::size_t StallTable::Hash::operator()(const StalledFault& fault) const {
  const std::uint64_t who =
      std::uint64_t{fault.device.value} << 32 | fault.pasid.value_or(Pasid{}).value;
  return std::hash<std::uint64_t>{}(fault.page.value * 0x9e3779b97f4a7c15 ^ who);
}

void StallTable::record(PrgIndex stag) {
  Stall& stall = stalls_[stag.value];
  stall.recorded = true;
  if (finds_duplicates_) pending_.insert(stall.fault);
}

std::optional<StallEnd> StallTable::take_end(PrgIndex stag) {
  Stall& stall = stalls_[stag.value];
  if (stall.live) return std::nullopt;
  stall.held = false;
  stalls_.give(stall);
  return stall.how;
}

// Nobody will answer what has not been recorded.
void StallTable::leave(PrgIndex stag) {
  Stall& stall = stalls_[stag.value];
  stall.held = false;
  if (stall.recorded) return;
  stall.live = false;
  --live_;
  stalls_.give(stall);
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
  if (finds_duplicates_ && stall.recorded) pending_.erase(pending_.find(stall.fault));
  if (stall.held) {
    stall.resumed.raise();
  } else {
    stalls_.give(stall);
  }
  return true;
}

}  // namespace faultpath::models
