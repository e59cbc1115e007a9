// Numbering origins.
#include "scenarios/origins.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/excerpt.hpp"

namespace faultpath::scenarios {
namespace {

constexpr std::size_t kMost = 1U << 20;  // PCIe 6.20: a PASID has 20 bits

}  // namespace

void Origins::assign(models::TraceEntry& entry, std::string_view origin, const LineReader& lines) {
  if (known_.empty() || known_[latest_] != origin) {
    const auto found = std::ranges::find(known_, origin);
    latest_ = static_cast<std::size_t>(found - known_.begin());
    if (found == known_.end()) known_.emplace_back(origin);
  }
  if (known_.size() > 1 && several_ == Several::refuse) {
    lines.fail(fmt::format("{}, '{}' after '{}': {}, or give each a PASID or device by --several",
                           what_, excerpt(known_[1]), excerpt(known_[0]), advice_));
  }
  if (known_.size() > kMost) lines.fail(fmt::format("more than {} of them", kMost));
  const auto number = static_cast<std::uint32_t>(latest_);
  if (several_ == Several::pasid) entry.pasid = number;
  if (several_ == Several::device) entry.device = number;
}

}  // namespace faultpath::scenarios
