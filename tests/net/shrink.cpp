// Cuts, then simpler numbers.
#include "tests/net/shrink.hpp"

#include <algorithm>

#include "tests/net/tree.hpp"

namespace faultpath::net {
namespace {

class Shrinker {
 public:
  Shrinker(Json scenario, const std::function<bool(const Json&)>& fails, unsigned questions)
      : scenario_(std::move(scenario)), fails_(fails), questions_(questions) {}

  Json smallest() {
    while (cut_one() || halve_one()) {
    }
    return scenario_;
  }

 private:
  bool keeps_failing(const Json& candidate) {
    if (questions_ == 0) return false;
    --questions_;
    return fails_(candidate);
  }
  bool take(Json candidate) {
    if (candidate == scenario_ || !keeps_failing(candidate)) return false;
    scenario_ = std::move(candidate);
    return true;
  }

  // Goes on behind what could not be cut before, and around again.
  bool cut_one() {
    auto all = values_below(scenario_);
    std::ranges::stable_sort(all, std::greater{},
                             [&](const Pointer& at) { return values_below(scenario_, at).size(); });
    for (const Pointer& at : all) {
      Json candidate = scenario_;
      if (cut(candidate, at) && take(std::move(candidate))) return true;
    }
    return false;
  }

  bool halve_one() {
    for (const Pointer& at : values_below(scenario_)) {
      const Json& value = scenario_.at(at);
      if (!value.is_number_unsigned() || value.get<std::uint64_t>() < 2) continue;
      Json candidate = scenario_;
      candidate[at] = value.get<std::uint64_t>() / 2;
      if (take(std::move(candidate))) return true;
    }
    return false;
  }

  Json scenario_;
  const std::function<bool(const Json&)>& fails_;
  unsigned questions_;
};

}  // namespace

Json shrunk(Json scenario, const std::function<bool(const Json&)>& fails, unsigned questions) {
  return Shrinker(std::move(scenario), fails, questions).smallest();
}

}  // namespace faultpath::net
