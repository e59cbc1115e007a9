// Keeping records of stalls, and of terminated transactions as far as there is room.
#include "models/iommu/queues/smmu_event_queue.hpp"

#include <algorithm>
#include <bit>

#include "sim/ensure.hpp"

namespace faultpath::models {

SmmuEventQueue::SmmuEventQueue(std::uint32_t entries) : entries_(entries) {
  ENSURE(entries >= 2 && std::has_single_bit(entries), "the queue is a power of two from 2");
}

Arrival SmmuEventQueue::arrive(const PageRequest& record) {
  const bool stall = record.last;
  if (!stall && records_.size() >= entries_) {
    const bool begins = !overflow_;
    overflow_ = true;
    return {.fate = Arrival::Fate::dropped, .overflowed = begins};
  }
  const bool was_empty = empty();
  records_.push_back(record);
  return {.fate = Arrival::Fate::queued, .interrupt = was_empty};
}

std::uint32_t SmmuEventQueue::occupied() const {
  return static_cast<std::uint32_t>(std::min<std::size_t>(records_.size(), entries_));
}

}  // namespace faultpath::models
