// What the patterns of addresses have in common.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "models/device/workload.hpp"

namespace faultpath::models {

/// Operations of one size at whole multiples of it, within a footprint.
class Pattern : public Workload {
 public:
  explicit Pattern(const WorkloadSource& source)
      : base_(source.base),
        bytes_(source.spec.operation),
        slots_(std::max<std::uint64_t>(1, source.spec.footprint / source.spec.operation)),
        reads_(source.spec.reads),
        stream_(source.stream) {}

  std::optional<Operation> next() override { return at_offset(slot() * bytes_); }

 protected:
  /// Which multiple comes next, below slots().
  virtual std::uint64_t slot() = 0;

  /// Operations that fit into the footprint, at least 1.
  std::uint64_t slots() const { return slots_; }
  /// The operation size, bytes.
  std::uint64_t bytes() const { return bytes_; }
  sim::RandomStream& stream() { return stream_; }

 private:
  Operation at_offset(std::uint64_t offset) {
    const bool write = reads_ < 1.0 && (reads_ <= 0.0 || stream_.unit() >= reads_);
    return {Iova{base_.value + offset}, static_cast<std::uint32_t>(bytes_), write};
  }

  Iova base_;
  std::uint64_t bytes_;
  std::uint64_t slots_;
  double reads_;  // share
  sim::RandomStream stream_;
};

}  // namespace faultpath::models
