// The hold model on sleeping SimGrid actors. One SimGrid second is a picosecond, as for the timers.
#include <simgrid/s4u.hpp>

#include "bench/hold_model.hpp"

namespace {

namespace sg = simgrid::s4u;
using faultpath::bench::HoldModel;

void hold(HoldModel& model, std::uint64_t delay) {
  for (;;) {
    sg::this_actor::sleep_for(static_cast<double>(delay));
    delay = model.fire(static_cast<std::uint64_t>(sg::Engine::get_clock()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  sg::Engine engine(&argc, argv);
  // A stack for each actor: as small as SimGrid allows, without the page that guards it.
  sg::Engine::set_config("contexts/stack-size:16");
  sg::Engine::set_config("contexts/guard-size:0");
  HoldModel model("SimGrid actors", argc, argv);
  auto* const zone = sg::create_full_zone("zone");
  auto* const host = zone->create_host("host", 1.0)->seal();
  zone->seal();
  for (std::uint64_t i = 0; i < model.pending(); ++i) {
    sg::Actor::create("hold", host, [&model, date = model.first_date()] { hold(model, date); });
  }
  engine.run();
}
