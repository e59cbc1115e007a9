// Arrivals of sections, and what one does.
#include "models/guest/vmm_other_work.hpp"

#include <algorithm>

#include "models/cpu/worker.hpp"

namespace faultpath::models {

VmmOtherWork::VmmOtherWork(const VmmOtherWorkSetting& setting)
    : setting_(setting),
      gap_(setting.simulation, sim::ExponentialSpec{sim::transfer_time(1, setting.spec.rate)},
           setting.path, "gaps"),
      hold_(setting.simulation, setting.spec.hold, setting.path, "hold") {}

void VmmOtherWork::start() { setting_.simulation.start_service(arrivals(), setting_.path.c_str()); }

// Times of arrivals do not depend on how long sections take.
sim::Process VmmOtherWork::arrivals() {
  sim::Simulation& simulation = setting_.simulation;
  for (sim::Time next = simulation.now();;) {
    next = sim::later(next, gap_());
    const sim::Duration left = std::max(next - simulation.now(), sim::picoseconds(1));
    co_await simulation.daemon_delay(left, {"the next section", setting_.path.c_str()});
    if (stopped_) co_return;
    simulation.start_service(section(), setting_.path.c_str());
  }
}

// The thread that has got the lock may still wait for a core.
sim::Process VmmOtherWork::section() {
  const sim::SemaphoreUnit locked = co_await setting_.lock.hold();
  setting_.sections += !stopped_ && setting_.window.counts(setting_.simulation.now());
  Worker worker(setting_.cores);
  co_await worker.enter();
  worker.charge(hold_());
  co_await worker.pay();
}

}  // namespace faultpath::models
