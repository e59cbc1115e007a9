// Storing and discarding page requests as SMMUv3 does.
#include "models/iommu/smmu_pri_queue.hpp"

#include <bit>

#include "sim/ensure.hpp"

namespace faultpath::models {

SmmuPriQueue::SmmuPriQueue(std::uint32_t entries) : ring_(entries), mask_(entries - 1) {
  ENSURE(entries >= 2 && std::has_single_bit(entries), "the queue is a power of two from 2");
}

Arrival SmmuPriQueue::arrive(const PageRequest& request) {
  const bool begins = !overflow() && occupied() == usable_entries();
  if (begins) overflow_flag_ = !overflow_flag_;
  if (overflow()) {
    Arrival arrival = lost(request, ResponseCode::success);
    arrival.overflowed = arrival.interrupt = begins;
    return arrival;
  }
  const bool was_empty = empty();
  ring_[producer_++ & mask_] = request;
  return {.fate = Arrival::Fate::queued, .interrupt = was_empty};
}

}  // namespace faultpath::models
