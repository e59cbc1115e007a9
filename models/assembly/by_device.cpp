// Counters of devices, found by who feeds them.
#include "models/assembly/by_device.hpp"

#include "models/assembly/stat_rows.hpp"

namespace faultpath::models {
namespace {

template <class Stats>
constexpr bool shares_no_counter() {
  for (const CounterRow<Stats>& row : StatRows<Stats>::kCounters) {
    if (any_feeds(StatsOfADevice{}, row.counter)) return false;
    if (row.also != nullptr && any_feeds(StatsOfADevice{}, row.also)) return false;
  }
  return true;
}
template <class... Stats>
constexpr bool share_no_counter(StatList<Stats...>) {
  return (shares_no_counter<Stats>() && ...);
}
static_assert(share_no_counter(StatsOfTheSystem{}),
              "a counter of devices has a part that belongs to none of them");

}  // namespace

const std::vector<CounterInfo>& device_counter_table() {
  static const std::vector<CounterInfo> table = [] {
    std::vector<CounterInfo> counters;
    for (const CounterInfo& info : counter_table()) {
      if (any_feeds(StatsOfADevice{}, info.member)) counters.push_back(info);
    }
    return counters;
  }();
  return table;
}

}  // namespace faultpath::models
