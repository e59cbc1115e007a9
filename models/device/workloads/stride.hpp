// stride: operations a fixed distance apart.
#pragma once

#include <algorithm>

#include "models/device/workloads/pattern.hpp"

namespace faultpath::models {

/// Wraps around at the end of the footprint and goes on one operation further.
class Stride final : public Pattern {
 public:
  Stride(const WorkloadSource& source, const StrideSpec& spec)
      : Pattern(source), step_(std::max<std::uint64_t>(1, spec.stride / bytes())) {}

 private:
  std::uint64_t slot() override {
    const std::uint64_t slot = next_;
    next_ += step_;
    if (next_ >= slots()) next_ = ++lane_ % std::min(step_, slots());
    return slot;
  }

  std::uint64_t step_;
  std::uint64_t next_ = 0;
  std::uint64_t lane_ = 0;
};

}  // namespace faultpath::models
