// rnr: the peer is told that the receiver is not ready, and sends again later.
#pragma once

#include "models/device/reactions/fault_reaction.hpp"

namespace faultpath::models {

class ReceiverNotReady final : public FaultReaction {
 public:
  explicit ReceiverNotReady(const RnrSpec& spec) : spec_(spec) {}
  Reaction choose(const Operation&) override { return Reaction::drop; }
  bool may_lose() const override { return spec_.retries != RnrSpec::kWithoutEnd; }
  Retransmission retransmission() const override {
    Retransmission again{spec_.timer, std::nullopt, Recovery::go_back_n, true};
    if (spec_.retries != RnrSpec::kWithoutEnd) again.most = spec_.retries;
    return again;
  }

 private:
  RnrSpec spec_;
};

}  // namespace faultpath::models
