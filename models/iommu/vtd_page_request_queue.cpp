// Storing and losing page requests as VT-d does.
#include "models/iommu/vtd_page_request_queue.hpp"

#include <bit>

#include "sim/ensure.hpp"

namespace faultpath::models {

VtdPageRequestQueue::VtdPageRequestQueue(std::uint32_t entries)
    : ring_(entries), mask_(entries - 1) {
  ENSURE(entries >= 2 && std::has_single_bit(entries), "the queue is a power of two from 2");
}

Arrival VtdPageRequestQueue::arrive(const PageRequest& request) {
  const bool quiet = !pending_ && !overflow_;
  if (overflow_) return lost(request, ResponseCode::success);
  if (next(tail_) == head_) {
    overflow_ = true;
    Arrival arrival = lost(request, ResponseCode::success);
    arrival.overflowed = true;
    arrival.interrupt = quiet;
    return arrival;
  }
  ring_[tail_] = request;
  tail_ = next(tail_);
  pending_ = true;
  return {.fate = Arrival::Fate::queued, .interrupt = quiet};
}

}  // namespace faultpath::models
