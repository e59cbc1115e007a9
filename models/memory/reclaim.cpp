// Choosing, unmapping, writing and freeing pages.
#include "models/memory/reclaim.hpp"

#include <algorithm>

#include "models/memory/page_changes.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kEvicted{3, "evicted"};
/// Fruitless rounds of a charge before it is out of memory (Linux, MAX_RECLAIM_RETRIES).
constexpr unsigned kRounds = 16;
/// A round of scans takes time, so that others go on (assumed).
constexpr sim::Duration kLeastRound = sim::microseconds(1);

}  // namespace

Reclaim::Reclaim(const ReclaimSetting& setting)
    : setting_(setting),
      path_(setting.path),
      spec_(setting.spec),
      untouched_(setting.store, processes_),
      per_page_(setting.simulation, setting.spec.per_page, path_, "reclaim") {
  setting_.simulation.start_service(background(), path_.c_str());
}

sim::Process Reclaim::background() {
  Worker worker(setting_.processor, sim::Priority::background);
  for (;;) {
    co_await setting_.pool.wait_for_alarm();
    co_await worker.enter();
    while (!setting_.pool.at_high(writing_)) {
      const std::uint64_t evicted = co_await batch(worker);
      if (evicted == 0) break;
    }
    co_await worker.pay();
    worker.leave();
    setting_.pool.end_alarm();
  }
}

// Direct reclaim: the faulting thread frees frames itself before it may take one.
sim::Task<bool> Reclaim::take_frame(Worker& worker) {
  FreeFrames& pool = setting_.pool;
  if (pool.take()) co_return true;
  if (pool.at_max()) {
    bool full = false;
    co_await make_room_in_cgroup(worker, full);
    if (full) co_return false;
    if (pool.take()) co_return true;
  }
  pool.raise_alarm();
  unsigned round = 0;
  while (!pool.take()) {
    if (pool.at_max()) {
      bool full = false;
      co_await make_room_in_cgroup(worker, full);
      if (full) co_return false;
      continue;
    }
    const std::uint64_t evicted = co_await batch(worker);
    // Clean pages are free by now, and may have gone to the reserve: nobody else brings any.
    if (evicted != 0 && (pool.above_min() || !pool.moving())) continue;
    if (evicted == 0 && !pool.moving()) {
      const bool killed = co_await setting_.oom.make_room(worker);
      if (killed) continue;
      co_return !pool.at_max() && pool.take_of_reserve();
    }
    co_await wait_for_others(worker, round++);
  }
  co_return true;
}

// With kRounds in vain even a thread of the kernel sleeps, as a thread of a work queue does between
// the rounds of an allocation (Linux, should_reclaim_retry()).
sim::Task<> Reclaim::wait_for_others(Worker& worker, unsigned round) {
  const bool counted = setting_.window.counts(setting_.simulation.now());
  if (!spec_.spin || worker.is_task() || round >= kRounds) {
    stats_.reclaim_sleeps += counted;
    co_await setting_.pool.wait_for_change(worker);
    co_return;
  }
  stats_.reclaim_spins += counted;
  sim::Duration scan{};
  for (std::uint32_t i = 0; i < spec_.batch; ++i) scan += per_page_();
  worker.charge(std::max(scan, kLeastRound));
  co_await worker.pay();
  worker.leave();
  co_await worker.enter();
}

// At memory.max the thread that faults reclaims, whoever it is, and no kswapd helps. `full`: there
// is nothing to reclaim, and nobody to kill. Source: Linux, try_charge_memcg().
sim::Task<> Reclaim::make_room_in_cgroup(Worker& worker, bool& full) {
  FreeFrames& pool = setting_.pool;
  const bool counted = setting_.window.counts(setting_.simulation.now());
  cgroup_.cgroup_max += counted;
  unsigned fruitless = 0, round = 0;
  while (pool.at_max()) {
    const std::uint64_t evicted = co_await batch(worker);
    if (!pool.at_max()) break;
    if (pool.moving()) {
      co_await wait_for_others(worker, round++);
    } else if (evicted == 0 && ++fruitless >= kRounds) {
      cgroup_.cgroup_oom += counted;
      const bool killed = co_await setting_.oom.make_room(worker);
      if (!killed) break;
      fruitless = 0;
    }
  }
  full = pool.at_max();
}

sim::Task<std::uint64_t> Reclaim::batch(Worker& worker) {
  std::uint64_t evicted = 0;
  if (!setting_.swap.has_room() && !has_files_) co_return 0;
  const std::uint64_t twice = 2 * setting_.lru.size() + 1;
  const std::uint64_t scan = spec_.scan_pinned ? twice : std::min<std::uint64_t>(twice, 4096);
  for (std::uint64_t scanned = 0; scanned < scan && evicted < spec_.batch; ++scanned) {
    const PageId id = next_victim();
    if (id == kNoPage) break;
    if (passes_without_swap(id)) continue;
    worker.charge(per_page_());
    if (passes_pinned(id)) continue;
    const bool young = clear_young(id);
    if (stays(id, young)) {
      if (young) co_await age(id, worker);
      continue;
    }
    ++evicted;
    co_await evict(id, worker);
  }
  co_await worker.pay();
  co_return evicted;
}

// Pages that somebody has pinned while they were on a list stay on it.
bool Reclaim::passes_pinned(PageId id) {
  const PageStore& store = setting_.store;
  if (!spec_.scan_pinned || !store.is_pinned(setting_.store.pages.at(id))) return false;
  setting_.lru.put_back(setting_.store.frame_of(id));
  stats_.pinned_scans += setting_.window.counts(setting_.simulation.now());
  return true;
}

// Linux does not look at lists of anonymous pages then; here pages of files may be on the same.
bool Reclaim::passes_without_swap(PageId id) {
  if (setting_.swap.has_room()) return false;
  ProcessMemory& process = processes_.owner_of(id);
  if (is_of_file(process, process.page_of_id(id))) return false;
  setting_.lru.put_back(setting_.store.frame_of(id));
  return true;
}

// A second chance. The frame of a page that nobody has used has no number.
bool Reclaim::stays(PageId id, bool young) {
  PageStore& store = setting_.store;
  const PageState& state = store.pages.at(id);
  const bool fresh = state.frame == kNoFrame;
  if (fresh && !young) return false;
  const FrameNumber frame = store.frame_of(id);
  if (fresh && is_of_file(processes_.owner_of(id), processes_.owner_of(id).page_of_id(id))) {
    store.frames.at(frame).set(kOfFile);
  }
  if (!setting_.lru.stays(frame, young, state.has(kDirty))) return false;
  if (store.frames.at(frame).has(kActive)) workingset_.activate();
  return true;
}

// In swap or in a file: what is dropped for good does not come back.
bool Reclaim::has_copy(ProcessMemory& process, PageId id) const {
  return setting_.store.pages.at(id).has(kSwapped) || is_of_file(process, process.page_of_id(id));
}

void Reclaim::list(ProcessMemory& process, PageId id) {
  if (process.layout.declared() && process.layout.find(process.page_of_id(id))->mlock) return;
  const FrameNumber frame = setting_.store.frame_of(id);
  if (spec_.lists.kind != PageLists::four && !spec_.lists.refaults) {
    return setting_.lru.add(frame, false);
  }
  const bool of_file = is_of_file(process, process.page_of_id(id));
  const std::optional<std::uint64_t> distance = workingset_.come_back(id);
  if (!distance || *distance > setting_.lru.beside_inactive(of_file)) {
    setting_.lru.add(frame, of_file);
  } else {
    setting_.lru.add_active(frame, of_file);
    workingset_.activate();
  }
  if (!distance || !setting_.window.counts(setting_.simulation.now())) return;
  ++workingset_stats_.workingset_refaults;
  workingset_stats_.workingset_activations += setting_.store.frames.at(frame).has(kActive);
}

bool Reclaim::clear_young(PageId id) {
  ProcessMemory& process = processes_.owner_of(id);
  const IovaPage page = process.page_of_id(id);
  const bool young = process.clear_young(page);
  return young && !(process.layout.declared() && process.layout.find(page)->ignores_use());
}

// Only where areas are declared do devices hear of it.
sim::Task<> Reclaim::age(PageId id, Worker& worker) {
  ProcessMemory& process = processes_.owner_of(id);
  if (!process.layout.declared()) co_return;
  const IovaPage page = process.page_of_id(id);
  for (MmuNotifier* const notifier : process.notifiers()) co_await notifier->age(page, worker);
}

// Off its list already; kNoPage when there is nothing to reclaim.
PageId Reclaim::next_victim() {
  const PageId untouched = untouched_.take(setting_.swap.has_room());
  if (untouched != kNoPage) return untouched;
  const FrameTable& frames = setting_.store.frames;
  for (;;) {
    const FrameNumber frame = setting_.lru.pop_oldest(
        [&](FrameNumber deactivated) { clear_young(frames.at(deactivated).owner); },
        setting_.swap.has_room());
    if (frame == kNoFrame) return kNoPage;
    const PageId id = frames.at(frame).owner;
    if (!processes_.owner_of(id).is_held()) return id;  // else it stays, and is on no list
  }
}

sim::Task<> Reclaim::evict(PageId id, Worker& worker) {
  ProcessMemory& process = processes_.owner_of(id);
  const IovaPage page = process.page_of_id(id);
  PageState& state = setting_.store.pages.at(id);
  setting_.pool.begin_move();
  state.set(kBusy);
  const sim::Time now = setting_.simulation.now();
  setting_.journal.note(now, kEvicted, to_index(id));
  setting_.evictions += process.is_mapped(page) && setting_.window.counts(now);
  if (split_huge_page(process, page)) setting_.huge_splits += setting_.window.counts(now);
  for (MmuNotifier* const notifier : process.notifiers()) {
    co_await notifier->invalidate_batched(page, worker);
  }
  const bool to_swap = state.has(kDirty) && !is_of_file(process, page);
  if (to_swap && !state.has(kSwapped) && !setting_.swap.has_room()) {  // since next_victim()
    state.clear(kBusy);
    setting_.lru.put_back(setting_.store.frame_of(id));
    setting_.pool.end_move();
    co_return setting_.pool.changed();
  }
  if (to_swap) setting_.swap.take_place(state);
  if (state.has(kDirty)) {
    if (state.frame != kNoFrame) setting_.lru.note_written(state.frame);
    if (state.has(kSwapped) && setting_.swap.is_synchronous()) {
      worker.charge(setting_.swap.copy_time());
      co_await worker.pay();
      co_return free_page(process, id);
    }
    ++writing_;
    setting_.simulation.start(write_out(process, id), path_.c_str());
  } else {
    free_page(process, id);
  }
}

sim::Process Reclaim::write_out(ProcessMemory& process, PageId id) {
  co_await setting_.swap.write();
  --writing_;
  free_page(process, id);
}

void Reclaim::free_page(ProcessMemory& process, PageId id) {
  PageStore& store = setting_.store;
  PageState& state = store.pages.at(id);
  if (process.is_held()) {  // by now: the frame stays
    state.clear(kBusy);
    setting_.pool.end_move();
    return setting_.pool.changed();
  }
  ENSURE_IN(process.name(), !process.is_mapped(process.page_of_id(id)) && !store.is_pinned(state),
            "a frame is free when no device can reach it");
  if (spec_.lists.refaults && has_copy(process, id)) workingset_.take(id);
  state.clear(kResident | kBusy | kDirty | kAccessed | kWriteProtected | kReadAhead | kReadMark |
              kMisplaced);
  if (state.frame != kNoFrame) store.frames.remove(state.frame);
  state.frame = kNoFrame;
  setting_.pool.end_move();
  process.lose_frame();
  setting_.pool.give(1);
}

}  // namespace faultpath::models
