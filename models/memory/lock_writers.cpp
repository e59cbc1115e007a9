// Arrivals of write sections, and what is said when there are too many.
#include "models/memory/lock_writers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace faultpath::models {

LockWriters::LockWriters(sim::Simulation& simulation, const MmapLockSpec& spec,
                         const StatisticsWindow& window, const std::string& path)
    : arrivals_name_(path + " writers"),
      section_name_(path + " writer"),
      simulation_(simulation),
      spec_(spec),
      window_(window) {}

void LockWriters::start(ProcessMemory& process) {
  if (spec_.writers == 0.0) return;
  if (load() >= 1.0) saturated(process, "so waits have no end");
  simulation_.start_service(arrivals(process), arrivals_name_.c_str());
}

// The share of time for which sections hold the lock.
double LockWriters::load() const {
  constexpr double kPicoseconds = 1e12;
  return spec_.writers * static_cast<double>(sim::mean_of(spec_.hold).count()) / kPicoseconds;
}

sim::Process LockWriters::arrivals(ProcessMemory& process) {
  sim::RandomStream stream = simulation_.stream(process.name(), "mmap_lock writers");
  const sim::Distribution gap(sim::ExponentialSpec{sim::transfer_time(1, spec_.writers)});
  const sim::Distribution hold(spec_.hold);
  sim::Time arrival = simulation_.now();
  for (;;) {
    const sim::Duration next = gap(stream);
    arrival = next < sim::kEndOfTime - arrival ? arrival + next : sim::kEndOfTime;
    const sim::Duration left = std::max(arrival - simulation_.now(), sim::picoseconds(1));
    co_await simulation_.daemon_delay(left, {"the next write section", process.name().c_str()});
    if (stopped_ || process.is_killed()) co_return;
    if (const std::size_t waiting = process.mmap_lock.waiting(); waiting >= kMostWaiting) {
      saturated(process, fmt::format("faults hold it besides, and {} wait now", waiting));
    }
    simulation_.start_service(section(process, hold(stream)), section_name_.c_str());
  }
}

sim::Process LockWriters::section(ProcessMemory& process, sim::Duration length) {
  const auto lock = co_await process.mmap_lock.write();
  stats_.sections += !stopped_ && window_.covers(simulation_.now());
  co_await simulation_.delay(length, {"a write section", process.name().c_str()});
}

void LockWriters::saturated(const ProcessMemory& process, const std::string& why) const {
  throw sim::StuckError(
      fmt::format("host.mmap_lock is saturated: {:g} write sections a second of {:g} us each hold "
                  "the lock of {} for {:.4g}% of the time, {}",
                  spec_.writers, static_cast<double>(sim::mean_of(spec_.hold).count()) / 1e6,
                  process.name(), 100.0 * load(), why));
}

}  // namespace faultpath::models
