// wait: the device can hold an operation for as long as its page takes.
#pragma once

#include "models/device/reactions/fault_reaction.hpp"

namespace faultpath::models {

class Waiting final : public FaultReaction {
 public:
  explicit Waiting(const WaitSpec&) {}
  Reaction choose(const Operation&) override { return Reaction::wait; }
  bool always_waits() const override { return true; }
  bool may_lose() const override { return false; }
};

}  // namespace faultpath::models
