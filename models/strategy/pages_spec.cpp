// Choosing pages of a space.
#include "models/strategy/pages_spec.hpp"

#include <algorithm>
#include <utility>

namespace faultpath::models {

Runs PagesSpec::among(const Runs& space, PageSize size) const {
  std::vector<Runs::Run> chosen;
  auto left = static_cast<std::uint64_t>(share * static_cast<double>(space.count()));
  for (const Runs::Run& run : space.list()) {
    const std::uint64_t taken = std::min(left, run.count);
    chosen.push_back({run.first, taken});
    left -= taken;
  }
  for (const SpaceRange& range : ranges) {
    const std::uint64_t begin = size.pages_in(range.offset);
    const std::uint64_t end = size.pages_for(range.offset + range.length);
    for (const Runs::Run& run : space.within(space.first() + begin, end - begin)) {
      chosen.push_back(run);
    }
  }
  return Runs(std::move(chosen));
}

}  // namespace faultpath::models
