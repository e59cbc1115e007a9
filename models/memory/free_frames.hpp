// Free frames: how many there are, who waits for them, and when reclaim has to start.
#pragma once

#include <cstdint>

#include "models/cpu/worker.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/page_store.hpp"
#include "sim/event.hpp"
#include "sim/gauge.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// In frames.
struct Watermarks {
  std::uint64_t min = 0, low = 0, high = 0;
};
/// Source of those of Linux: calculate_min_free_kbytes() and __setup_per_zone_wmarks(), for one
/// zone without huge pages.
Watermarks watermarks_of(const MemorySpec& spec);
/// Frames beside those that the background thread keeps free.
double spare_frames(const MemorySpec& spec);

/// Below `low` free frames the alarm is raised; at `min` only the reserve is left.
class FreeFrames {
 public:
  /// `resident` follows the bytes that are not free.
  FreeFrames(sim::Simulation& simulation, const MemorySpec& spec, sim::Gauge& resident);
  FreeFrames(const FreeFrames&) = delete;
  FreeFrames& operator=(const FreeFrames&) = delete;

  std::uint64_t total() const { return total_; }
  std::uint64_t free() const { return free_; }
  std::uint64_t used() const { return total_ - free_; }
  bool above_min() const { return free_ > marks_.min; }
  /// The memory cgroup of the processes has no room, or has gone over its high bound.
  bool at_max() const { return used() >= max_; }
  bool above_cgroup_high() const { return used() > cgroup_high_; }
  std::uint64_t cgroup_high() const { return cgroup_high_; }
  bool at_high(std::uint64_t coming) const { return free_ + coming >= marks_.high; }
  /// Can so many pages bring it down to the low watermark, or up to a bound of the memory cgroup?
  static bool may_get_low(const MemorySpec& spec, std::uint64_t pages);

  /// Takes a frame unless only the reserve is left, or the memory cgroup is full.
  bool take();
  /// So many or none; they leave the reserve.
  bool take_together(std::uint64_t count);
  bool has_together(std::uint64_t count) const {
    return free_ >= marks_.min + count && used() + count <= max_;
  }
  /// Takes a frame of the reserve; false if none is free.
  bool take_of_reserve();
  /// Requires that so many are free.
  void take_many(std::uint64_t count);
  void give(std::uint64_t count);

  void raise_alarm() { alarm_.set(); }
  void end_alarm() { alarm_.reset(); }
  auto wait_for_alarm() { return alarm_.wait(); }

  /// A frame is on its way to a page or back: nobody gives up meanwhile.
  void begin_move() { ++moving_; }
  void end_move() { --moving_; }
  bool moving() const { return moving_ > 0; }

  /// Frames are free, or a page is not busy any more.
  void changed() { changed_.notify_all(); }
  /// The worker pays and leaves its core until something has changed.
  sim::Task<> wait_for_change(Worker& worker);
  /// The same as long as `condition()` holds, which it does.
  template <class Condition>
  sim::Task<> wait_while(Condition condition, Worker& worker) {
    co_await worker.pay();
    worker.leave();
    while (condition()) co_await changed_.wait();
    co_await worker.enter();
  }
  /// The same until nobody fills, releases or evicts the page. Requires that somebody does.
  sim::Task<> wait_until_idle(const Flags& page, Worker& worker) {
    return wait_while([&page] { return page.has(kBusy); }, worker);
  }

 private:
  void account();

  sim::Simulation& simulation_;
  PageSize size_;
  std::uint64_t total_;
  Watermarks marks_;
  std::uint64_t max_, cgroup_high_;  // frames of the memory cgroup
  std::uint64_t free_;
  std::uint64_t moving_ = 0;
  sim::Event alarm_{"low watermark"};
  sim::Event changed_{"frames and busy pages"};
  sim::Gauge& resident_;
};

}  // namespace faultpath::models
