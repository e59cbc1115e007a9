// fresh: memory in use, and now and then memory that nothing has used before.
#pragma once

#include <algorithm>

#include "models/device/workloads/pattern.hpp"

namespace faultpath::models {

/// Each operation touches new memory with the same probability, whatever came before, so that the
/// rate of faults can be set. New memory follows the warm part, in order, and begins again at its
/// end. All other operations use the warm part in order.
class Fresh final : public Pattern {
 public:
  Fresh(const WorkloadSource& source, const FreshSpec& spec)
      : Pattern(source),
        share_(spec.fresh),
        warm_(std::clamp<std::uint64_t>(spec.warm / bytes(), 1, slots())),
        new_(warm_) {}

 private:
  std::uint64_t slot() override {
    if (warm_ < slots() && stream().unit() < share_) {
      const std::uint64_t slot = new_;
      new_ = new_ + 1 == slots() ? warm_ : new_ + 1;
      return slot;
    }
    const std::uint64_t slot = next_;
    next_ = next_ + 1 == warm_ ? 0 : next_ + 1;
    return slot;
  }

  double share_;
  std::uint64_t warm_;  // slots
  std::uint64_t new_;
  std::uint64_t next_ = 0;
};

}  // namespace faultpath::models
