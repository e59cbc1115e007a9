// Storing and discarding page requests as AMD's IOMMU does.
#include "models/iommu/amd_ppr_log.hpp"

#include <bit>

#include "sim/ensure.hpp"

namespace faultpath::models {

AmdPprLog::AmdPprLog(std::uint32_t entries, const AmdSpec& spec)
    : ring_(entries),
      mask_(entries - 1),
      spec_(spec),
      early_threshold_(spec.early_threshold.value_or(entries)) {
  ENSURE(entries >= 2 && std::has_single_bit(entries), "the log is a power of two from 2");
}

Arrival AmdPprLog::arrive(const PageRequest& request) {
  if (spec_.always || overflow_ || occupied() >= early_threshold_) return discard(request);
  if (spec_.block_stop_markers && request.stop_marker()) return {.fate = Arrival::Fate::dropped};
  const bool quiet = !pending_;
  pending_ = true;
  if (next(tail_) == head_) {
    overflow_ = true;
    Arrival arrival = discard(request);
    arrival.overflowed = true;
    arrival.interrupt = quiet;
    return arrival;
  }
  ring_[tail_] = request;
  tail_ = next(tail_);
  return {.fate = Arrival::Fate::queued, .interrupt = quiet};
}

void AmdPprLog::apply(IommuAction, DeviceIndex) {
  ENSURE(false, "what the log answers when it is not set up is not public");
}

Arrival AmdPprLog::discard(const PageRequest& request) const {
  if (!spec_.auto_response) return {.fate = Arrival::Fate::dropped};
  return lost(request, static_cast<ResponseCode>(spec_.auto_code));
}

}  // namespace faultpath::models
