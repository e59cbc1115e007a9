// partial: the device completes what it has done so far, and software submits the rest.
#pragma once

#include "models/device/reactions/fault_reaction.hpp"

namespace faultpath::models {

/// The operation, which is the process's, waits for all of its pages. A page that cannot be had
/// ends it.
class Partial final : public FaultReaction {
 public:
  explicit Partial(const PartialSpec&) {}
  Reaction choose(const Operation&) override { return Reaction::wait; }
  bool always_waits() const override { return true; }
};

}  // namespace faultpath::models
