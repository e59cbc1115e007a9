// One comparison for each limit, several at a time.
#include "analysis/limits/mapping_order.hpp"

#include <algorithm>

namespace faultpath::analysis::limits {

MappingOrder::MappingOrder(std::span<const std::uint64_t> limits, std::size_t pages)
    : width_(width_for(limits.size())), limits_(width_, Lanes{} + 1), at_(pages * width_) {
  for (std::size_t i = 0; i < limits.size(); ++i) {
    limits_[i / kLanes][i % kLanes] = static_cast<std::uint32_t>(limits[i]);
  }
  mapped_ = limits_;
}

void MappingOrder::access(std::uint32_t page) {
  const std::size_t first = page * width_;
  if (first >= at_.size()) at_.resize(std::max(first + width_, 2 * at_.size()));
  for (std::size_t i = 0; i < width_; ++i) {
    Lanes& at = at_[first + i];
    Lanes& mapped = mapped_[i];
    const auto is_fault = mapped - at >= limits_[i];  // all ones, or zero
    mapped -= is_fault;
    at = is_fault ? mapped : at;
  }
}

}  // namespace faultpath::analysis::limits
