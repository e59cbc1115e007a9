// Taking and giving frames.
#include "models/memory/free_frames.hpp"

#include <limits>
#include <optional>

#include "models/base/address.hpp"
#include "models/memory/page_store.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

std::uint64_t share(std::uint64_t frames, double part) {
  return static_cast<std::uint64_t>(static_cast<double>(frames) * part);
}

// In frames; no bound: more than there are.
std::uint64_t bound(const std::optional<std::uint64_t>& bytes) {
  return bytes ? *bytes / kPageBytes : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

FreeFrames::FreeFrames(sim::Simulation& simulation, const MemorySpec& spec, sim::Gauge& resident)
    : simulation_(simulation),
      total_(spec.memory / kPageBytes),
      min_(share(total_, spec.reclaim.min)),
      low_(share(total_, spec.reclaim.low)),
      high_(share(total_, spec.reclaim.high)),
      max_(bound(spec.memory_cgroup.max)),
      cgroup_high_(bound(spec.memory_cgroup.high)),
      free_(total_),
      resident_(resident) {}

bool FreeFrames::may_get_low(const MemorySpec& spec, std::uint64_t pages) {
  const std::uint64_t frames = spec.memory / kPageBytes;
  return pages + share(frames, spec.reclaim.low) >= frames;
}

void FreeFrames::account() {
  resident_.set(simulation_.now(), static_cast<std::int64_t>((total_ - free_) * kPageBytes));
}

bool FreeFrames::take() {
  if (free_ <= min_ || at_max()) return false;
  --free_;
  if (free_ < low_) raise_alarm();
  account();
  return true;
}

bool FreeFrames::take_together(std::uint64_t count) {
  if (!has_together(count)) return false;
  free_ -= count;
  if (free_ < low_) raise_alarm();
  account();
  return true;
}

bool FreeFrames::take_of_reserve() {
  if (free_ == 0) return false;
  --free_;
  account();
  return true;
}

void FreeFrames::take_many(std::uint64_t count) {
  ENSURE(free_ >= count, "memory that is pinned or populated at once has frames");
  free_ -= count;
  account();
}

void FreeFrames::give(std::uint64_t count) {
  free_ += count;
  account();
  changed();
}

sim::Task<> FreeFrames::wait_for_change(Worker& worker) {
  co_await worker.pay();
  worker.leave();
  co_await changed_.wait();
  co_await worker.enter();
}

sim::Task<> FreeFrames::wait_until_idle(const Flags& page, Worker& worker) {
  co_await worker.pay();
  worker.leave();
  while (page.has(kBusy)) co_await changed_.wait();
  co_await worker.enter();
}

}  // namespace faultpath::models
