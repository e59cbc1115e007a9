// Passes over accesses, and groups of sampled pages.
#include "analysis/limits/faults_in_order.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "analysis/limits/mapping_order.hpp"
#include "analysis/limits/page_numbers.hpp"
#include "analysis/limits/stack_distance.hpp"

namespace faultpath::analysis::limits {
namespace {

using Limits = std::span<const std::uint64_t>;
using Faults = std::vector<std::uint64_t>;

// Their numbers are below this.
std::size_t pages_of(const Accesses& accesses) {
  if (accesses.pages.empty()) return 0;
  return std::size_t{*std::ranges::max_element(accesses.pages)} + 1;
}

Faults by_use(const Accesses& accesses, Limits limits) {
  const std::size_t pages = pages_of(accesses);
  StackDistance stack(pages);
  Distances distances(pages);
  for (std::size_t i = 0; i < accesses.pages.size(); ++i) {
    const std::uint64_t distance = stack.access(accesses.pages[i]);
    if (i >= accesses.counted_from) distances.add(distance);
  }
  Faults faults;
  for (const std::uint64_t limit : limits) faults.push_back(distances.faults(limit));
  return faults;
}

Faults by_mapping(const Accesses& accesses, Limits limits) {
  MappingOrder order(limits, pages_of(accesses));
  const std::size_t from = std::min<std::size_t>(accesses.counted_from, accesses.pages.size());
  for (const std::uint32_t page : accesses.pages.first(from)) order.access(page);
  Faults before;
  for (std::size_t i = 0; i < limits.size(); ++i) before.push_back(order.faults(i));
  for (const std::uint32_t page : accesses.pages.subspan(from)) order.access(page);
  Faults faults;
  for (std::size_t i = 0; i < limits.size(); ++i) faults.push_back(order.faults(i) - before[i]);
  return faults;
}

// As many limits as fit into `bytes`, at least one.
std::size_t limits_of_pass(const Accesses& accesses, std::size_t limits, std::uint64_t bytes) {
  const std::uint64_t pages = pages_of(accesses);
  std::size_t most = limits;
  while (most > 1 && pages * MappingOrder::bytes_for_page(most) > bytes) --most;
  return most;
}

}  // namespace

std::vector<std::uint64_t> faults_in_order(const Accesses& accesses, Limits limits, Recency recency,
                                           std::uint64_t bytes) {
  if (recency == Recency::used) return by_use(accesses, limits);
  const std::size_t at_once = limits_of_pass(accesses, limits.size(), bytes);
  Faults faults;
  for (std::size_t first = 0; first < limits.size(); first += at_once) {
    const std::size_t count = std::min(at_once, limits.size() - first);
    std::ranges::copy(by_mapping(accesses, limits.subspan(first, count)),
                      std::back_inserter(faults));
  }
  return faults;
}

// The pages of one group, and a list that is as much shorter.
class SampledFaults::Group {
 public:
  // `scaled`: two whole limits for each wanted one.
  Group(Limits scaled, Recency recency)
      : scaled_(scaled.begin(), scaled.end()), recency_(recency), order_(scaled) {}

  void access(std::uint64_t page, bool counted) {
    const std::uint32_t number = numbers_.of(page);
    if (counted && !counting_) start_counting();
    if (recency_ == Recency::mapped) return order_.access(number);
    const std::uint64_t distance = stack_.access(number);
    if (counted) distances_.add(distance);
  }
  double faults(std::size_t index) const {
    if (recency_ == Recency::used) return static_cast<double>(distances_.faults(scaled_[index]));
    return counting_ ? static_cast<double>(order_.faults(index) - before_[index]) : 0.0;
  }
  std::uint64_t pages() const { return numbers_.count(); }

 private:
  void start_counting() {
    counting_ = true;
    for (std::size_t i = 0; i < scaled_.size(); ++i) before_.push_back(order_.faults(i));
  }

  std::vector<std::uint64_t> scaled_;
  Recency recency_;
  PageNumbers numbers_;
  StackDistance stack_;
  Distances distances_;
  MappingOrder order_;
  bool counting_ = false;
  std::vector<std::uint64_t> before_;  // faults when counting began
};

SampledFaults::SampledFaults(Limits limits, Recency recency, double share)
    : limits_(limits.begin(), limits.end()),
      block_(std::max<std::uint64_t>(kGroups,
                                     static_cast<std::uint64_t>(std::llround(kGroups / share)))) {
  std::vector<std::uint64_t> scaled;
  for (const std::uint64_t limit : limits_) {
    const std::uint64_t below = limit / block_;
    scaled.push_back(std::max<std::uint64_t>(below, 1));
    scaled.push_back(below + 1);
  }
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups_.push_back(std::make_unique<Group>(scaled, recency));
  }
}

SampledFaults::~SampledFaults() = default;

void SampledFaults::access(std::uint64_t page, bool counted) {
  const std::uint64_t block = page / block_;
  const std::uint64_t place = (page % block_ + PageNumbers::hash(block) % block_) % block_;
  if (place < kGroups) groups_[place]->access(page, counted);
}

std::vector<Interval> SampledFaults::faults(double confidence) const {
  const auto scale = static_cast<double>(block_);
  std::vector<Interval> estimates;
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    const double scaled = static_cast<double>(limits_[i]) / scale;
    const double between = scaled < 1.0 ? 0.0 : scaled - std::floor(scaled);
    std::vector<double> values;
    for (const auto& group : groups_) {
      const double below = group->faults(2 * i), above = group->faults(2 * i + 1);
      values.push_back((below + between * (above - below)) * scale);
    }
    estimates.push_back(interval_of(values, confidence));
  }
  return estimates;
}

std::uint64_t SampledFaults::pages() const {
  std::uint64_t sum = 0;
  for (const auto& group : groups_) sum += group->pages();
  return sum;
}

}  // namespace faultpath::analysis::limits
