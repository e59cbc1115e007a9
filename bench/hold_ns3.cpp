// The hold model in ns-3: `hold_ns3 PENDING EVENTS SCHEDULER`, e.g. Map for ns3::MapScheduler.
#include <ns3/core-module.h>

#include <string>

#include "bench/hold_model.hpp"

namespace {

using faultpath::bench::HoldModel;

struct Hold {
  HoldModel& model;

  void schedule_after(std::uint64_t delay) {
    ns3::Simulator::Schedule(ns3::TimeStep(delay), &Hold::fire, this);
  }
  void fire() {
    const auto now = static_cast<std::uint64_t>(ns3::Simulator::Now().GetTimeStep());
    schedule_after(model.fire(now));
  }
};

}  // namespace

int main(int argc, char** argv) {
  const std::string scheduler = argc > 3 ? argv[3] : "Map";
  HoldModel model("ns-3 " + scheduler, argc, argv);
  ns3::Time::SetResolution(ns3::Time::PS);
  ns3::Simulator::SetScheduler(ns3::ObjectFactory("ns3::" + scheduler + "Scheduler"));
  Hold hold{model};
  for (std::uint64_t i = 0; i < model.pending(); ++i) hold.schedule_after(model.first_date());
  ns3::Simulator::Run();
}
