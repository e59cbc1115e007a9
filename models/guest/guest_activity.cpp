// When an activity acts, and which there are.
#include "models/guest/guest_activity.hpp"

#include <algorithm>
#include <variant>

#include "models/guest/activities/detach_in_fault.hpp"
#include "models/guest/activities/invalidation_flood.hpp"
#include "models/guest/activities/pasid_churn.hpp"

namespace faultpath::models {

GuestActivity::GuestActivity(const GuestActivitySetting& setting, double rate)
    : setting_(setting),
      gap_(sim::ExponentialSpec{sim::transfer_time(1, rate)}),
      stream_(setting.simulation.stream(setting.path, "gaps")),
      submit_(setting.simulation, setting.submit, setting.path, "submit") {}

void GuestActivity::start() { setting_.simulation.start_service(run(), setting_.path.c_str()); }

// A service that waited for no time would never let others go on.
sim::Process GuestActivity::run() {
  sim::Simulation& simulation = setting_.simulation;
  Worker worker(setting_.virtual_cpus);
  for (sim::Time next = simulation.now();;) {
    next += gap_(stream_);
    const sim::Duration wait = std::max(next - simulation.now(), sim::picoseconds(1));
    co_await simulation.daemon_delay(wait, {"the next turn", setting_.path.c_str()});
    if (stopped_) co_return;
    next = std::max(next, simulation.now() - gap_(stream_));
    co_await worker.enter();
    co_await act(worker);
    co_await worker.pay();
    worker.leave();
  }
}

const GuestAttachment& GuestActivity::next_attachment() {
  return setting_.attachments[turn_++ % setting_.attachments.size()];
}

namespace {

std::unique_ptr<GuestActivity> make(const FloodsInvalidationsSpec& spec,
                                    const GuestActivitySetting& setting) {
  return std::make_unique<InvalidationFlood>(spec, setting);
}
std::unique_ptr<GuestActivity> make(const ChurnsPasidsSpec& spec,
                                    const GuestActivitySetting& setting) {
  return std::make_unique<PasidChurn>(spec, setting);
}
std::unique_ptr<GuestActivity> make(const DetachesInFaultSpec& spec,
                                    const GuestActivitySetting& setting) {
  return std::make_unique<DetachInFault>(spec, setting);
}
template <class Other>
std::unique_ptr<GuestActivity> make(const Other&, const GuestActivitySetting&) {
  return nullptr;
}

}  // namespace

std::unique_ptr<GuestActivity> make_activity(const GuestBehaviourSpec& spec,
                                             const GuestActivitySetting& setting) {
  if (setting.attachments.empty()) return nullptr;
  return std::visit([&](const auto& kind) { return make(kind, setting); }, spec);
}

}  // namespace faultpath::models
