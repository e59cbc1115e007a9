// Turns on shared links, by the first byte.
#include "models/fabric/shared_transfers.hpp"

#include <algorithm>

#include "sim/ensure.hpp"

namespace faultpath::models {

Passage TransferLink::pass(Passage arriving, std::uint64_t bytes) {
  const sim::Time first = std::max(free_, arriving.first);
  free_ = first + sim::transfer_time(bytes, bandwidth_);
  return {first + latency_, std::max(free_, arriving.last) + latency_};
}

SharedTransfers::SharedTransfers(sim::Calendar& calendar, sim::Rank rank,
                                 const std::vector<TransferLink*>& links)
    : calendar_(calendar), rank_(rank) {
  ENSURE(!links.empty(), "a way without shared links needs no events");
  for (TransferLink* const link : links) {
    Stage* const before = stages_.empty() ? nullptr : &stages_.back();
    Stage& stage = stages_.emplace_back(this, link);
    if (before != nullptr) before->next = &stage;
  }
}

void SharedTransfers::send(Passage arriving, std::uint64_t bytes) {
  stages_.front().coming.push_back({arriving, bytes});
  calendar_.schedule_ranked(arriving.first, rank_, {&SharedTransfers::arrive, &stages_.front()});
}

void SharedTransfers::arrive(void* target) {
  Stage& stage = *static_cast<Stage*>(target);
  SharedTransfers& way = *stage.way;
  const Transfer transfer = stage.coming.front();
  stage.coming.pop_front();
  const Passage leaving = stage.link->pass(transfer.arriving, transfer.bytes);
  if (stage.next == nullptr) return way.done_(way.receiver_, leaving.last);
  stage.next->coming.push_back({leaving, transfer.bytes});
  way.calendar_.schedule(leaving.first, {&SharedTransfers::arrive, stage.next});
}

}  // namespace faultpath::models
