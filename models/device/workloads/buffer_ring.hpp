// ring: buffers in turn, as in the receive ring of a NIC.
#pragma once

#include <algorithm>

#include "models/device/workloads/pattern.hpp"

namespace faultpath::models {

class BufferRing final : public Pattern {
 public:
  BufferRing(const WorkloadSource& source, const BufferRingSpec& spec)
      : Pattern(source), buffers_(std::min(spec.buffers, slots())) {}

 private:
  std::uint64_t slot() override {
    const std::uint64_t slot = next_;
    next_ = next_ + 1 == buffers_ ? 0 : next_ + 1;
    return slot;
  }

  std::uint64_t buffers_;
  std::uint64_t next_ = 0;
};

}  // namespace faultpath::models
