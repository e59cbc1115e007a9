// The hold model on SimGrid's timers. One SimGrid second is a picosecond, so that dates are exact.
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

#include "bench/hold_model.hpp"

namespace {

namespace sg = simgrid::s4u;
using faultpath::bench::HoldModel;

struct Hold {
  HoldModel& model;

  void schedule(double date) {
    simgrid::kernel::timer::Timer::set(date, [this, date] { fire(date); });
  }
  void fire(double date) {
    schedule(date + static_cast<double>(model.fire(static_cast<std::uint64_t>(date))));
  }
};

}  // namespace

int main(int argc, char** argv) {
  sg::Engine engine(&argc, argv);
  HoldModel model("SimGrid timers", argc, argv);
  auto* const zone = sg::create_full_zone("zone");
  auto* const host = zone->create_host("host", 1.0)->seal();
  zone->seal();
  Hold hold{model};
  // Without a live actor the engine would end at once.
  sg::Actor::create("keeper", host, [] { sg::this_actor::suspend(); });
  for (std::uint64_t i = 0; i < model.pending(); ++i) {
    hold.schedule(static_cast<double>(model.first_date()));
  }
  engine.run();
}
