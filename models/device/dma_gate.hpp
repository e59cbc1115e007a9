// The gate through which operations pass on their way in and out, where software acts on each.
#pragma once

#include <cstdint>

#include "models/base/dma_policy.hpp"
#include "models/device/attempt.hpp"
#include "models/device/dma_ticket.hpp"
#include "models/device/function_context.hpp"
#include "sim/pool.hpp"
#include "sim/process.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class DmaEngine;
class Issuer;
struct Transfer;

/// Without a policy nothing passes here. With one, an operation gets a ticket when it is issued,
/// waits for software before it begins and again when its data have moved, and only then has ended:
/// both waits are part of its latency. A function with a policy stays at the clock.
class DmaGate {
 public:
  DmaGate(FunctionContext& function, DmaEngine& engine, Issuer& issuer, DmaPolicy* policy)
      : function_(function), engine_(engine), issuer_(issuer), policy_(policy) {}

  bool has_policy() const { return policy_ != nullptr; }
  /// Waits for software, and gives the attempt its ticket. False: the operation may not begin.
  sim::Task<bool> enter(Attempt& attempt);
  /// The attempt has done its part. The ticket keeps the hold on the look-ahead from now on.
  void keep(Attempt& attempt) { held(attempt.ticket).waiting = std::move(attempt.waiting); }
  /// The transfer of an operation with a ticket has ended, or will have at `at`.
  void leave(const Transfer& transfer, sim::Time at);

 private:
  /// An operation between its issue and its end.
  struct Held {
    DmaUse use;
    bool prepared = false;
    Lookahead::Hold waiting{};
  };
  Held& held(DmaTicket ticket) { return held_[to_index(ticket) - 1]; }
  sim::Process end(Transfer transfer, sim::Time at);
  bool counts(sim::Time issued) const { return function_.window.covers(issued); }

  FunctionContext& function_;
  DmaEngine& engine_;
  Issuer& issuer_;
  DmaPolicy* policy_;
  sim::Pool<Held> held_;  // by ticket, less one
};

}  // namespace faultpath::models
