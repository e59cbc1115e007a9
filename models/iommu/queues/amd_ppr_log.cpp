// Storing and discarding page requests as AMD's IOMMU does.
#include "models/iommu/queues/amd_ppr_log.hpp"

#include "sim/ensure.hpp"

namespace faultpath::models {

AmdPprLog::AmdPprLog(std::uint32_t entries, const AmdSpec& spec)
    : ring_(entries), spec_(spec), early_threshold_(spec.early_threshold.value_or(entries)) {}

Arrival AmdPprLog::arrive(const PageRequest& request) {
  if (spec_.always || overflow_ || occupied() >= early_threshold_) return discard(request);
  if (spec_.block_stop_markers && request.stop_marker()) return {.fate = Arrival::Fate::dropped};
  const bool quiet = !pending_;
  pending_ = true;
  if (ring_.full()) {
    overflow_ = true;
    Arrival arrival = discard(request);
    arrival.overflowed = true;
    arrival.interrupt = quiet;
    return arrival;
  }
  ring_.push(request);
  return {.fate = Arrival::Fate::queued, .interrupt = quiet};
}

void AmdPprLog::set(IommuSwitch, bool, DeviceIndex) {
  ENSURE(false, "what the log answers when it is not set up is not public");
}

Arrival AmdPprLog::discard(const PageRequest& request) const {
  if (!spec_.auto_response) return {.fate = Arrival::Fate::dropped};
  return lost(request, static_cast<ResponseCode>(spec_.auto_code));
}

}  // namespace faultpath::models
