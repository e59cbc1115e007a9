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
  calendar_.schedule_ranked(arriving.first, rank_, sim::handler_of<&Stage::pass>(stages_.front()));
}

void SharedTransfers::Stage::pass() {
  const Transfer transfer = coming.front();
  coming.pop_front();
  const Passage leaving = link->pass(transfer.arriving, transfer.bytes);
  if (next == nullptr) return way->done_(leaving.last);
  next->coming.push_back({leaving, transfer.bytes});
  way->calendar_.schedule(leaving.first, sim::handler_of<&Stage::pass>(*next));
}

}  // namespace faultpath::models
