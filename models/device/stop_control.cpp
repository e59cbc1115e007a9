// How far devices may run ahead of the clock without overrunning a count.
#include "models/device/stop_control.hpp"

namespace faultpath::models {

void StopControl::add_device(std::uint64_t burst, sim::Duration interval,
                             sim::Duration round_trip) {
  burst_ += burst;
  round_trip_ = std::min(round_trip_, round_trip);
  if (interval > sim::Duration::zero()) {
    rate_ += 1.0 / static_cast<double>(interval.count());
  } else {
    bounded_ = false;
  }
}

void StopControl::start(sim::Time epoch) {
  epoch_ = window_end_ = epoch;
  if (spec_.duration) end_ = epoch + *spec_.duration;
  if (spec_.operations) most_operations_ = *spec_.operations;
  counts_ = spec_.operations || spec_.faults;
  only_faults_ = spec_.faults && !spec_.operations && !spec_.duration;
}

void StopControl::fault_begun(sim::Time now) {
  ++faults_;
  faultless_ = 0;
  if (!spec_.faults || faults_ < *spec_.faults || end_ <= now) return;
  ENSURE(now >= latest_, "a device has issued operations beyond the last fault");
  end_ = now;
}

// While the calendar stands at `now`, every operation before `now` has been counted and none after
// it.
sim::Time StopControl::next_window(sim::Time now) const {
  if (!bounded_) return now;
  sim::Duration window = sim::Duration::max() / 4;
  if (spec_.operations) {
    const double spare =
        static_cast<double>(most_operations_ - std::min(issued_, most_operations_)) -
        static_cast<double>(burst_);
    const double reach = std::clamp(spare / rate_, 0.0, 1e18);
    window = std::min(window, sim::Duration{static_cast<std::int64_t>(reach)});
  }
  if (spec_.faults) {
    const bool far = faults_ + burst_ < *spec_.faults;
    window = std::min(window, far ? round_trip_ : sim::Duration::zero());
  }
  return now + window;
}

double StopControl::progress(sim::Time now) const {
  double part = 0.0;
  if (spec_.duration) part = sim::to_seconds(now - epoch_) / sim::to_seconds(*spec_.duration);
  if (spec_.operations) {
    part = std::max(part, static_cast<double>(issued_) / static_cast<double>(*spec_.operations));
  }
  if (spec_.faults) {
    part = std::max(part, static_cast<double>(faults_) / static_cast<double>(*spec_.faults));
  }
  return std::clamp(part, 0.0, 1.0);
}

}  // namespace faultpath::models
