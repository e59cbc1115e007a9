// Comparing what has been done with what had been done.
#include "models/progress_watch.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/simulation.hpp"

namespace faultpath::models {

void ProgressWatch::start(const Owner& owner, std::uint64_t patience) {
  owner_ = owner;
  patience_ = left_ = patience;
  seen_ = {};
}

void ProgressWatch::look(const PageRequest& last) {
  left_ = patience_;
  const Totals totals = owner_.totals(owner_.object);
  if (std::exchange(seen_, totals) != totals) return;
  throw sim::StuckError(fmt::format(
      "no progress: {} page request groups in a row have been answered, but nothing has "
      "been mapped, issued or completed; {}",
      patience_, owner_.report(owner_.object, last)));
}

}  // namespace faultpath::models
