// sequential: one operation after the other, then again from the start.
#pragma once

#include "models/device/workloads/pattern.hpp"

namespace faultpath::models {

class Sequential final : public Pattern {
 public:
  using Pattern::Pattern;

 private:
  std::uint64_t slot() override {
    const std::uint64_t slot = next_;
    next_ = next_ + 1 == slots() ? 0 : next_ + 1;
    return slot;
  }

  std::uint64_t next_ = 0;
};

}  // namespace faultpath::models
