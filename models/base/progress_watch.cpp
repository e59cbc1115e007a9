// Comparing totals with those of the last look.
#include "models/base/progress_watch.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/simulation.hpp"

namespace faultpath::models {

void ProgressWatch::start(const Source& source, std::uint64_t patience) {
  source_ = &source;
  patience_ = left_ = patience;
  seen_ = seen_then_ = {};
  fruitless_ = idle_ = 0;
  left_then_ = left_;
}

void ProgressWatch::look(const PageRequest& last) {
  left_ = patience_;
  const Totals now = source_->totals();
  const Totals before = std::exchange(seen_, now);
  if (now.issued != before.issued || now.ended != before.ended) {
    fruitless_ = idle_ = 0;
    return;
  }
  fruitless_ += patience_;
  idle_ = now.mapped == before.mapped ? idle_ + patience_ : 0;
  const std::uint64_t awaited = source_->awaited();
  if (idle_ > awaited) {
    throw sim::StuckError(fmt::format(
        "no progress: {} page request groups or events in a row have been answered, but nothing "
        "has been mapped, and no operation has been issued or has ended; {}",
        idle_, source_->what_is_stuck(last)));
  }
  if (fruitless_ / kMostTries > awaited) {
    throw sim::StuckError(fmt::format(
        "no progress: {} page request groups or events in a row have been answered, and pages "
        "mapped, but no operation has been issued or has ended: pages are taken away again before "
        "the device has used them; {}",
        fruitless_, source_->what_is_stuck(last)));
  }
}

void ProgressWatch::fired(std::uint64_t events, sim::Time now) {
  const Totals totals = source_->totals();
  const bool same = totals == seen_then_ && left_ == left_then_;
  if (!same) {
    seen_then_ = totals;
    left_then_ = left_;
    since_events_ = events;
    since_ = now;
  }
  if (events - since_events_ < kMostEvents) return;
  throw sim::StuckError(fmt::format(
      "no progress since {} ns: {} events have gone by, but no page request group has been "
      "answered, nothing has been mapped, and no operation has been issued or has ended",
      sim::to_ns(since_), events - since_events_));
}

}  // namespace faultpath::models
