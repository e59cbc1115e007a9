// Backed queue: a queue in guest memory, and what the VMM holds back while it is full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "models/iommu/queues/page_request_queue.hpp"

namespace faultpath::models {

/// `Queue` is a PageRequestQueue. What is held back goes into it before all that comes later.
template <class Queue>
class BackedQueue {
 public:
  explicit BackedQueue(std::uint32_t entries) : queue_(entries) {}

  Queue& queue() { return queue_; }
  bool is_empty() const { return queue_.occupied() == 0 && held_.empty(); }
  /// What comes now may go into the queue.
  bool takes_next() const { return held_.empty() && has_room(); }
  /// The first that is held back may.
  bool takes_held() const { return !held_.empty() && has_room(); }

  std::size_t held() const { return held_.size(); }
  void hold(const PageRequest& request) { held_.push_back(request); }
  /// The first that is held back, which is no longer. Requires one.
  PageRequest release() {
    const PageRequest request = held_.front();
    held_.pop_front();
    return request;
  }

 private:
  bool has_room() const { return queue_.occupied() < queue_.usable_entries(); }

  Queue queue_;
  std::deque<PageRequest> held_;  // in their order
};

}  // namespace faultpath::models
