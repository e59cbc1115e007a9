// Waiting for software before an operation begins and after its data have moved.
#include "models/device/dma_gate.hpp"

#include <utility>

#include "models/device/dma_engine.hpp"
#include "models/device/issuer.hpp"

namespace faultpath::models {
namespace {

DmaUse use_of(const Operation& operation, std::optional<Pasid> pasid, PageSize size) {
  const IovaPage first = operation.first_page(size);
  return {pasid, first, operation.last_page(size).value - first.value + 1, operation.write};
}

}  // namespace

sim::Task<bool> DmaGate::enter(Attempt& attempt) {
  Held& passing = held_.take();
  attempt.ticket = DmaTicket{held_.number_of(passing) + 1};
  passing.use = use_of(attempt.operation, function_.pasid_of(attempt.context), function_.page_size);
  const sim::Time begun = function_.now();
  passing.prepared = co_await policy_->before(passing.use);
  if (counts(attempt.issued)) function_.latencies.before_dma.record(function_.now() - begun);
  co_return passing.prepared;
}

void DmaGate::leave(const Transfer& transfer, sim::Time at) { function_.start(end(transfer, at)); }

sim::Process DmaGate::end(Transfer transfer, sim::Time at) {
  if (at > function_.now()) {
    co_await function_.simulation.delay(at - function_.now(), {"completion", function_.name()});
  }
  Held& passing = held(transfer.ticket);
  if (passing.prepared) {
    co_await policy_->after(passing.use);
    if (counts(transfer.issued)) function_.latencies.after_dma.record(function_.now() - at);
  }
  engine_.end(transfer, function_.now());
  passing.waiting.release();
  held_.give(passing);
  issuer_.advance();
}

}  // namespace faultpath::models
