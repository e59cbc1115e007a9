// The thread of a process.
#include "models/memory/cpu_accesses.hpp"

#include <algorithm>
#include <utility>

#include "sim/distribution.hpp"

namespace faultpath::models {
namespace {

/// Pages that a thread takes of its group at a time (Linux, MEMCG_CHARGE_BATCH).
constexpr std::uint64_t kChargeBatch = 64;
/// Rounds of reclaim before a thread sleeps (Linux, MAX_RECLAIM_RETRIES).
constexpr unsigned kRounds = 16;
constexpr sim::Duration kMostDelay = sim::seconds(2);
constexpr sim::Duration kLeastDelay = sim::milliseconds(10);  // HZ / 100

// Does the page table of the process lack what the access needs?
bool faults(const PageState& state, bool write) {
  if (state.has(kBusy | kMisplaced) || !state.has(kResident | kZeroPage)) return true;
  return write && state.has(kWriteProtected);
}

}  // namespace

CpuAccesses::CpuAccesses(sim::Simulation& simulation, Memory& memory,
                         const StatisticsWindow& window)
    : simulation_(simulation), memory_(memory), window_(window) {}

void CpuAccesses::start(ProcessMemory& process, double rate, Source source) {
  process.layout.ran_elsewhere = true;
  Thread& thread = threads_.emplace_back(simulation_, process, rate, std::move(source));
  simulation_.start_service(run(thread), thread.name.c_str());
}

sim::Process CpuAccesses::run(Thread& thread) {
  sim::RandomStream stream = simulation_.stream(thread.name, "accesses");
  const sim::Distribution gap(sim::ExponentialSpec{sim::transfer_time(1, thread.rate)});
  Worker worker(thread.cpu, sim::Priority::normal, ThreadKind::task);
  for (;;) {
    co_await simulation_.daemon_delay(std::max(gap(stream), sim::picoseconds(1)),
                                      {"the next access", thread.name.c_str()});
    if (thread.process.is_killed()) co_return;
    const Access access = thread.source();
    for (std::uint64_t i = 0; i < access.pages; ++i) {
      stats_.cpu_accesses += counted();
      const IovaPage page = access.first + i;
      if (!permits(thread.process, page, access.write)) continue;  // a signal to the process
      co_await touch(thread, page, access.write, worker);
    }
  }
}

sim::Task<> CpuAccesses::touch(Thread& thread, IovaPage page, bool write, Worker& worker) {
  ProcessMemory& process = thread.process;
  PageState& state = process.page(page);
  if (faults(state, write) && !process.is_held()) {
    stats_.cpu_faults += counted();
    co_await worker.enter();
    const std::uint64_t before = memory_.pool().used();
    co_await process.fault_in(page, worker, {.write = write});
    co_await worker.pay();
    const std::uint64_t after = memory_.pool().used();
    co_await slow_down(thread, after > before ? after - before : 0, worker);
    worker.leave();
  }
  if (!state.has(kResident)) co_return;  // the zero page, or gone already
  state.set(write && !state.has(kWriteProtected) ? kAccessed | kDirty : kAccessed);
}

// On its way back from the fault the thread reclaims, and sleeps if that is not enough.
sim::Task<> CpuAccesses::slow_down(Thread& thread, std::uint64_t brought, Worker& worker) {
  FreeFrames& pool = memory_.pool();
  if (!pool.above_cgroup_high()) co_return;
  thread.brought_above_high += brought;
  if (thread.brought_above_high < kChargeBatch) co_return;
  const std::uint64_t pages = std::exchange(thread.brought_above_high, 0);
  memory_.count_high(counted());
  for (unsigned round = 0; round < kRounds && pool.above_cgroup_high(); ++round) {
    const std::uint64_t evicted = co_await memory_.reclaim_batch(worker);
    if (evicted == 0) break;
  }
  co_await worker.pay();
  if (!pool.above_cgroup_high()) co_return;
  const sim::Duration delay = delay_above_high(pool.used(), pool.cgroup_high(), pages);
  if (delay < kLeastDelay) co_return;
  worker.leave();
  co_await simulation_.daemon_delay(delay, {"memory.high", thread.name.c_str()});
  co_await worker.enter();
}

// (overage / high)^2 * 2^40 / 2^20 / 2^14 seconds for 64 pages.
sim::Duration CpuAccesses::delay_above_high(std::uint64_t used, std::uint64_t high,
                                            std::uint64_t pages) {
  if (used <= high) return {};
  const double ratio =
      static_cast<double>(used - high) / static_cast<double>(std::max<std::uint64_t>(high, 1));
  constexpr double kScale = 64.0;  // 2^(40 - 20 - 14)
  const double seconds =
      ratio * ratio * kScale * static_cast<double>(pages) / static_cast<double>(kChargeBatch);
  const double most = static_cast<double>(kMostDelay.count());
  return sim::Duration{static_cast<std::int64_t>(std::min(seconds * 1e12, most))};
}

}  // namespace faultpath::models
