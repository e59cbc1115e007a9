// Reclaim: from the inactive list to a free frame, by the background thread or by an allocation.
#include <algorithm>

#include "models/memory/memory.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kEvicted{3, "evicted"};

}  // namespace

sim::Process Memory::background() {
  Worker worker(cores_, sim::Priority::background);
  for (;;) {
    co_await low_event_.wait();
    co_await worker.enter();
    while (free_ + writing_ < high_) {
      const std::uint64_t evicted = co_await reclaim_batch(worker);
      if (evicted == 0) break;
    }
    co_await worker.pay();
    worker.leave();
    low_event_.reset();
  }
}

// Direct reclaim: the faulting thread frees frames itself before it may take one.
sim::Task<bool> Memory::take_frame_slowly(Worker& worker) {
  low_event_.set();
  while (!take_frame()) {
    const std::uint64_t evicted = co_await reclaim_batch(worker);
    if (evicted != 0 && free_ > min_) continue;
    if (evicted == 0 && moving_ == 0) {
      if (free_ == 0) co_return false;
      --free_;  // the reserve below the watermark
      account();
      co_return true;
    }
    co_await worker.pay();
    worker.leave();
    co_await changed_.wait();
    co_await worker.enter();
  }
  co_return true;
}

sim::Task<std::uint64_t> Memory::reclaim_batch(Worker& worker) {
  std::uint64_t evicted = 0;
  const std::uint64_t scan =
      std::min<std::uint64_t>(2 * (inactive_.size() + active_.size()) + 1, 4096);
  for (std::uint64_t scanned = 0; scanned < scan && evicted < spec_.reclaim.batch; ++scanned) {
    const PageId id = next_victim();
    if (id == kNoPage) break;
    worker.charge(per_page_(reclaim_stream_));
    if (process_of(id).clear_young(process_of(id).page_of_id(id))) {  // a second chance
      store_.pages.at(id).set(kActive);
      active_.push_back(id);
      continue;
    }
    ++evicted;
    co_await evict(id, worker);
  }
  co_await worker.pay();
  co_return evicted;
}

// Off its list already; kNoPage when there is nothing to reclaim.
PageId Memory::next_victim() {
  const PageId untouched = next_untouched();
  if (untouched != kNoPage) return untouched;
  balance_lists();
  return inactive_.empty() ? kNoPage : inactive_.pop_front();
}

// Linux keeps the inactive list at least as long as the active one for small memories.
void Memory::balance_lists() {
  while (inactive_.size() < active_.size()) {
    const PageId id = active_.pop_front();
    ProcessMemory& process = process_of(id);
    store_.pages.at(id).clear(kActive);
    process.clear_young(process.page_of_id(id));
    inactive_.push_back(id);
  }
}

// A page of a populated process is on no list until somebody uses it.
PageId Memory::next_untouched() {
  for (; untouched_process_ < processes_.size(); ++untouched_process_, untouched_page_ = 0) {
    ProcessMemory& process = *processes_[untouched_process_];
    if (!process.backing().populated || process.frames_of_guest()) continue;
    for (; untouched_page_ < process.pages(); ++untouched_page_) {
      const PageId id = process.id_at(untouched_page_);
      const PageState& state = store_.pages.at(id);
      if (state.has(kResident) && !state.has(kListed | kBusy) && !state.pinned()) {
        ++untouched_page_;
        return id;
      }
    }
  }
  return kNoPage;
}

sim::Task<> Memory::evict(PageId id, Worker& worker) {
  ProcessMemory& process = process_of(id);
  const IovaPage page = process.page_of_id(id);
  PageState& state = store_.pages.at(id);
  ++moving_;
  state.set(kBusy);
  journal_.note(simulation_.now(), kEvicted, to_index(id));
  stats_.evictions += process.is_mapped(page) && window_.counts(simulation_.now());
  for (MmuNotifier* const notifier : process.notifiers()) {
    co_await notifier->invalidate_range(page, 1, worker);
  }
  if (state.has(kDirty) && process.backing().kind != Backing::file) state.set(kSwapped);
  if (state.has(kDirty)) {
    ++writing_;
    simulation_.start(write_out(process, id), path_.c_str());
  } else {
    free_page(process, id);
  }
}

sim::Process Memory::write_out(ProcessMemory& process, PageId id) {
  co_await simulation_.platform().write(*swap_, kPageBytes);
  --writing_;
  free_page(process, id);
}

void Memory::free_page(ProcessMemory& process, PageId id) {
  PageState& state = store_.pages.at(id);
  ENSURE_IN(process.name(), !process.is_mapped(process.page_of_id(id)) && !state.pinned(),
            "a frame is free when no device can reach it");
  state.clear(kResident | kBusy | kDirty | kAccessed | kActive);
  --moving_;
  give_frames(1);
}

}  // namespace faultpath::models
