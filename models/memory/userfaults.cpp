// Waiting for the thread of user space.
#include "models/memory/userfaults.hpp"

#include <algorithm>

namespace faultpath::models {

Userfaults::Userfaults(sim::Simulation& simulation, const UserfaultSpec& spec,
                       const std::string& path)
    : simulation_(simulation), service_(simulation, spec.service, path, "userfaultfd") {}

sim::Task<> Userfaults::wait(ProcessMemory& process, Worker& worker) {
  co_await worker.pay();
  const sim::Time now = simulation_.now();
  sim::Time& idle_from = idle_from_[process.name()];
  idle_from = std::max(idle_from, now) + service_();
  const sim::Duration wait = idle_from - now;
  worker.leave();
  co_await simulation_.delay(wait, {"userfaultfd", process.name().c_str()});
  co_await worker.enter();
}

}  // namespace faultpath::models
