// Ordering the accesses of a log.
#include "scenarios/access_list.hpp"

#include <algorithm>

#include "scenarios/config_error.hpp"
#include "scenarios/declare/type.hpp"

namespace faultpath::scenarios {

void AccessList::give_to(const TraceSink& sink) {
  const bool keep = recording_.options.keep_times;
  if (keep) std::ranges::stable_sort(timed_, {}, &Timed::nanoseconds);
  constexpr auto kMost = static_cast<std::uint64_t>(kLongestRun / sim::nanoseconds(1));
  for (auto& [nanoseconds, entry] : timed_) {
    if (keep) {
      const auto since_first = nanoseconds - timed_.front().nanoseconds;
      if (since_first > kMost) {
        throw file_error(recording_.name, "times that span more than 104 days");
      }
      entry.at = sim::Time{sim::nanoseconds(static_cast<std::int64_t>(since_first))};
    }
    sink(entry);
  }
}

}  // namespace faultpath::scenarios
