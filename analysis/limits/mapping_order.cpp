// One comparison for each limit, several at a time.
#include "analysis/limits/mapping_order.hpp"

#include <algorithm>

namespace faultpath::analysis::limits {
namespace {

constexpr std::size_t kLanes = 8;

std::size_t padded(std::size_t limits) { return (limits + kLanes - 1) / kLanes * kLanes; }

}  // namespace

std::size_t MappingOrder::bytes_for_page(std::size_t limits) {
  return padded(limits) * sizeof(std::uint32_t);
}

MappingOrder::MappingOrder(std::span<const std::uint64_t> limits)
    : width_(padded(limits.size())), limits_(width_, 1) {
  for (std::size_t i = 0; i < limits.size(); ++i)
    limits_[i] = static_cast<std::uint32_t>(limits[i]);
  mapped_ = limits_;
}

void MappingOrder::access(std::uint32_t page) {
  const std::size_t first = page * width_;
  if (first >= at_.size()) at_.resize(std::max(first + width_, 2 * at_.size()));
  std::uint32_t* const at = at_.data() + first;
  std::uint32_t* const mapped = mapped_.data();
  const std::uint32_t* const limits = limits_.data();
  for (std::size_t i = 0; i < width_; ++i) {
    const std::uint32_t fault = mapped[i] - at[i] >= limits[i] ? 1 : 0;
    mapped[i] += fault;
    at[i] = fault != 0 ? mapped[i] : at[i];
  }
}

}  // namespace faultpath::analysis::limits
