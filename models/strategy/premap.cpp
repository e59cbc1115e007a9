// How far a premap goes.
#include "models/strategy/premap.hpp"

#include <algorithm>

namespace faultpath::models {

std::uint64_t premap_run(const IoPageTable& table, IovaPage page, std::uint32_t most) {
  std::uint64_t run = 0;
  while (run < most && table.contains(page + run) && !table.is_mapped(page + run)) ++run;
  return run;
}

std::uint32_t PremapWindows::window_of(IovaPage page, std::uint32_t most) {
  ++faults_;
  auto run = std::ranges::find(runs_, page, &Run::end);
  if (run == runs_.end()) {
    run = std::ranges::min_element(runs_, {}, &Run::used);
    run->window = 0;
  }
  current_ = static_cast<std::size_t>(run - runs_.begin());
  run->used = faults_;
  run->window = std::clamp(2 * run->window, 1U, most);
  return run->window;
}

}  // namespace faultpath::models
