// How slices follow each other, and what is skipped.
#include "models/cpu/steal_phases.hpp"

#include <cmath>
#include <variant>

namespace faultpath::models {
namespace {

// Cycles that are drawn one by one (assumed). Behind them only the correlation of phases that lie
// so far apart is lost: a process that begins anew is in its stationary state, too.
constexpr std::int64_t kDrawn = 4096;

bool is_constant(const sim::DistributionSpec& spec) {
  return std::holds_alternative<sim::ConstantSpec>(spec);
}

}  // namespace

StealSlices::StealSlices(const StealSpec& spec)
    : run(spec.run),
      stolen(spec.stolen),
      run_is_constant(is_constant(spec.run)),
      stolen_is_constant(is_constant(spec.stolen)),
      share(stolen_share(spec)),
      cycle(run.mean() + stolen.mean()) {}

StealPhases::StealPhases(const StealSlices& slices, sim::RandomStream stream) : stream_(stream) {
  restart(slices, sim::Time{});
}

// In the stationary state a slice is met with its share of the time, and what is left of it is as
// long as an exponential slice, or uniform within a constant one.
void StealPhases::restart(const StealSlices& slices, sim::Time at) {
  now_ = at;
  stolen_ = stream_.unit() < slices.share;
  const sim::Distribution& slice = stolen_ ? slices.stolen : slices.run;
  const bool constant = stolen_ ? slices.stolen_is_constant : slices.run_is_constant;
  const sim::Duration left =
      constant ? sim::Duration{1 + static_cast<std::int64_t>(stream_.below(
                                       static_cast<std::uint64_t>(slice.mean().count())))}
               : slice(stream_);
  end_ = sim::later(at, left);
}

void StealPhases::next_slice(const StealSlices& slices) {
  now_ = end_;
  stolen_ = !stolen_;
  end_ = sim::later(now_, (stolen_ ? slices.stolen : slices.run)(stream_));
}

sim::Duration StealPhases::advance(const StealSlices& slices, sim::Time to) {
  sim::Duration stolen{};
  while (end_ <= to) {
    if (stolen_) stolen += end_ - now_;
    next_slice(slices);
  }
  if (stolen_) stolen += to - now_;
  now_ = to;
  return stolen;
}

void StealPhases::skip(const StealSlices& slices, sim::Time to) {
  const sim::Duration gone = to - now_;
  if (gone / kDrawn > slices.cycle) {
    if (!slices.run_is_constant || !slices.stolen_is_constant) return restart(slices, to);
    const sim::Duration whole = (gone / slices.cycle - 1) * slices.cycle;
    now_ += whole;
    end_ += whole;
  }
  advance(slices, to);
}

sim::Time StealPhases::end_of(const StealSlices& slices, sim::Duration work) const {
  StealPhases ahead = *this;
  for (;;) {
    if (!ahead.stolen_) {
      const sim::Duration slice = ahead.end_ - ahead.now_;
      if (work <= slice) return ahead.now_ + work;
      work -= slice;
    }
    ahead.next_slice(slices);
  }
}

}  // namespace faultpath::models
