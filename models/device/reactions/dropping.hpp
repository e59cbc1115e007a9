// drop: the device has no room to hold an operation; who sent it has to send it again.
#pragma once

#include "models/device/reactions/fault_reaction.hpp"

namespace faultpath::models {

class Dropping final : public FaultReaction {
 public:
  explicit Dropping(const DropSpec& spec) : spec_(spec) {}
  Reaction choose(const Operation&) override { return Reaction::drop; }
  Retransmission retransmission() const override {
    return {spec_.timeout, spec_.retries, spec_.recovery};
  }

 private:
  DropSpec spec_;
};

}  // namespace faultpath::models
