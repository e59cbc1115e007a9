// Running the calendar between two dates of SimGrid.
#include "sim/simgrid_calendar.hpp"

#include <algorithm>
#include <cmath>
#include <simgrid/s4u/Engine.hpp>

namespace faultpath::sim {
namespace {

// A double of SimGrid seconds distinguishes picoseconds for 2.3 hours; later, its own resolution.
Duration resolution_at(double seconds) {
  const double step = std::nextafter(seconds, HUGE_VAL) - seconds;
  return Duration{1 + std::llround(2.0 * step * kPicosecondsPerSimgridSecond)};
}

}  // namespace

double to_simgrid(Time t) {
  return static_cast<double>(t.time_since_epoch().count()) / kPicosecondsPerSimgridSecond;
}

Time from_simgrid(double seconds) {
  return Time{Duration{std::llround(seconds * kPicosecondsPerSimgridSecond)}};
}

SimgridCalendar::SimgridCalendar(Calendar& calendar, Observer& observer)
    : Model("faultpath"), calendar_(calendar), observer_(observer) {}

double SimgridCalendar::next_occurring_event(double bound) {
  const double base = simgrid::s4u::Engine::get_clock();
  if (finishing_) return -1.0;
  const Time limit = bound < 0.0 ? kEndOfTime : from_simgrid(base + bound);
  guarded([&] { calendar_.run_before(limit); });
  if (finish_if_idle()) return std::max(0.0, to_simgrid(calendar_.now()) - base);
  if (calendar_.empty()) return -1.0;
  // SimGrid takes any answer but a negative one for its next step, even beyond its own events.
  const Time due = calendar_.next();
  const double ours = std::max(0.0, to_simgrid(due) - base);
  const bool is_kept = due == kept_ && due >= limit;
  return bound >= 0.0 && (ours > bound || is_kept) ? -1.0 : ours;
}

void SimgridCalendar::update_actions_state(double now, double) {
  if (finishing_) return observer_.finished();
  if (calendar_.empty()) return;
  const Time due = calendar_.next();
  if (due > from_simgrid(now) + resolution_at(now)) return;
  guarded([&] { calendar_.run_platform_events(due); });
  if (!calendar_.empty() && calendar_.next() == due) kept_ = due;
}

template <class Run>
void SimgridCalendar::guarded(Run run) {
  try {
    run();
  } catch (...) {
    failure_ = std::current_exception();
  }
}

bool SimgridCalendar::finish_if_idle() {
  finishing_ = failure_ || (calendar_.empty() && !observer_.activities_in_flight());
  return finishing_;
}

}  // namespace faultpath::sim
