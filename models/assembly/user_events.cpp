// One process for each event.
#include "models/assembly/user_events.hpp"

namespace faultpath::models {
namespace {

sim::Process change(sim::Simulation& simulation, const SystemSpec& spec, Kernel& kernel,
                    const UserEventSpec& event) {
  co_await simulation.delay(event.at, {"a configured event", "route"});
  std::uint32_t index = 0;
  for (const DeviceSpec& device : spec.devices) {
    for (std::uint32_t instance = 0; instance < device.count; ++instance, ++index) {
      if (device.name != event.device) continue;
      co_await kernel.queue_changes().apply(event.action, DeviceIndex{index});
    }
  }
}

}  // namespace

void start_user_events(sim::Simulation& simulation, const SystemSpec& spec, Kernel& kernel) {
  if (spec.route.user() == nullptr) return;
  for (const UserEventSpec& event : spec.route.user()->events) {
    simulation.start(change(simulation, spec, kernel, event), "user space/events");
  }
}

}  // namespace faultpath::models
