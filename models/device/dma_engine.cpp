// Transfers over links that a device shares with others, each of which ends with an event.
#include "models/device/dma_engine.hpp"

#include "models/device/issuer.hpp"

namespace faultpath::models {

DmaEngine::DmaEngine(FunctionContext& function, const DeviceLinks& links, StopControl& stop,
                     IssueSchedule& schedule, Issuer& issuer, DmaGate& gate)
    : function_(function),
      stop_(stop),
      schedule_(schedule),
      issuer_(issuer),
      gate_(gate),
      links_(links),
      round_trip_(2 * links.latency) {
  if (links_.shared == nullptr) return;
  links_.shared->connect(SharedTransfers::Done::to<&DmaEngine::on_transferred>(*this));
}

void DmaEngine::share(const Transfer& transfer, sim::Time begun) {
  shared_.push_back(transfer);
  ++begun_;
  links_.shared->send({begun + links_.to_shared, free_ + links_.to_shared}, transfer.bytes);
}

// Transfers of a device keep their order on the links that it shares.
void DmaEngine::on_transferred(sim::Time at) {
  const Transfer transfer = shared_.front();
  shared_.pop_front();
  ++ended_;
  last_use_ = at;
  use_ended_.notify_all();
  complete(transfer, at + links_.latency);
  issuer_.advance();
}

}  // namespace faultpath::models
