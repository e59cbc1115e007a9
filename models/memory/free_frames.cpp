// Taking and giving frames.
#include "models/memory/free_frames.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "models/base/address.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

std::uint64_t share(std::uint64_t frames, double part) {
  return static_cast<std::uint64_t>(static_cast<double>(frames) * part);
}

// In frames; no bound: more than there are.
std::uint64_t bound(const std::optional<std::uint64_t>& bytes, PageSize size) {
  return bytes ? size.pages_in(*bytes) : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

Watermarks watermarks_of(const MemorySpec& spec) {
  const std::uint64_t frames = spec.page_size.pages_in(spec.memory);
  const ReclaimSpec& rule = spec.reclaim;
  if (rule.watermarks == WatermarkRule::shares) {
    return {share(frames, rule.min), share(frames, rule.low), share(frames, rule.high)};
  }
  constexpr std::uint64_t kLeastKb = 128, kMostKb = 262'144;
  const std::uint64_t kb_per_page = spec.page_size.bytes() / 1024;
  const double root = std::sqrt(static_cast<double>(frames * kb_per_page * 16));
  const std::uint64_t min =
      std::clamp(static_cast<std::uint64_t>(root), kLeastKb, kMostKb) / kb_per_page;
  const std::uint64_t gap = std::max(min / 4, frames * rule.scale / 10'000);
  return {min, min + gap, min + 2 * gap};
}

double spare_frames(const MemorySpec& spec) {
  const auto frames = static_cast<double>(spec.page_size.pages_in(spec.memory));
  if (spec.reclaim.watermarks == WatermarkRule::shares) return frames * (1.0 - spec.reclaim.high);
  return frames - static_cast<double>(watermarks_of(spec).high);
}

FreeFrames::FreeFrames(sim::Simulation& simulation, const MemorySpec& spec, sim::Gauge& resident)
    : simulation_(simulation),
      size_(spec.page_size),
      total_(spec.page_size.pages_in(spec.memory)),
      marks_(watermarks_of(spec)),
      max_(bound(spec.memory_cgroup.max, spec.page_size)),
      cgroup_high_(bound(spec.memory_cgroup.high, spec.page_size)),
      free_(total_),
      resident_(resident) {}

bool FreeFrames::may_get_low(const MemorySpec& spec, std::uint64_t pages) {
  const std::uint64_t frames = spec.page_size.pages_in(spec.memory);
  const MemoryCgroupSpec& group = spec.memory_cgroup;
  return pages + watermarks_of(spec).low >= frames || pages >= bound(group.max, spec.page_size) ||
         pages >= bound(group.high, spec.page_size);
}

void FreeFrames::account() {
  resident_.set(simulation_.now(), static_cast<std::int64_t>(size_.bytes_of(total_ - free_)));
}

bool FreeFrames::take() {
  if (free_ <= marks_.min || at_max()) return false;
  --free_;
  if (free_ < marks_.low) raise_alarm();
  account();
  return true;
}

bool FreeFrames::take_together(std::uint64_t count) {
  if (!has_together(count)) return false;
  free_ -= count;
  if (free_ < marks_.low) raise_alarm();
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

}  // namespace faultpath::models
