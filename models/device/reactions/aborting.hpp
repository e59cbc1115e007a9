// abort: the device can neither hold an operation nor ask for its page; it fails.
#pragma once

#include "models/device/reactions/fault_reaction.hpp"

namespace faultpath::models {

class Aborting final : public FaultReaction {
 public:
  explicit Aborting(const AbortSpec&) {}
  Reaction choose(const Operation&) override { return Reaction::abort; }
};

}  // namespace faultpath::models
