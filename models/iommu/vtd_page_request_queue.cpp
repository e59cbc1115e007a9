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
  if (overflow_) return lose(request);
  if (next(tail_) == head_) {
    overflow_ = true;
    Arrival arrival = lose(request);
    arrival.overflowed = true;
    arrival.interrupt = quiet;
    return arrival;
  }
  ring_[tail_] = request;
  tail_ = next(tail_);
  pending_ = true;
  return {.fate = Arrival::Fate::queued, .interrupt = quiet};
}

Arrival VtdPageRequestQueue::lose(const PageRequest& request) const {
  const bool answer = request.last && !request.stop_marker();
  return {.fate = answer ? Arrival::Fate::answered : Arrival::Fate::dropped,
          .code = ResponseCode::success};
}

}  // namespace faultpath::models
