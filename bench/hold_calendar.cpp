// The hold model on the calendar of faultpath, driven by SimGrid's main loop.
#include "bench/hold_model.hpp"
#include "sim/simulation.hpp"

namespace {

using faultpath::bench::HoldModel;
using faultpath::sim::Calendar;
using faultpath::sim::Duration;

struct Hold {
  HoldModel& model;
  Calendar& calendar;

  void schedule_after(std::uint64_t delay) {
    calendar.schedule_after(Duration{static_cast<Duration::rep>(delay)}, {&fire, this});
  }
  static void fire(void* hold) {
    auto& self = *static_cast<Hold*>(hold);
    const auto now = self.calendar.now().time_since_epoch().count();
    self.schedule_after(self.model.fire(static_cast<std::uint64_t>(now)));
  }
};

}  // namespace

int main(int argc, char** argv) {
  HoldModel model("calendar", argc, argv);
  faultpath::sim::Simulation simulation;  // MainLoop::simgrid
  Hold hold{model, simulation.calendar()};
  for (std::uint64_t i = 0; i < model.pending(); ++i) hold.schedule_after(model.first_date());
  simulation.run();
}
