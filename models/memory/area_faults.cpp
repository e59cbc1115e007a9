// The cases of a fault.
#include "models/memory/area_faults.hpp"

#include <algorithm>

#include "models/memory/memory.hpp"
#include "models/memory/open_fault.hpp"
#include "models/memory/page_changes.hpp"
#include "models/memory/read_windows.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kMinor{1, "minor fault"};
constexpr EntryKind kMajor{2, "major fault"};
constexpr std::uint32_t kMostHits = 63;  // SWAP_RA_HITS_MAX

}  // namespace

AreaFaults::AreaFaults(const AreaFaultSetting& setting)
    : setting_(setting),
      reader_(setting_),
      huge_(setting_),
      folios_(setting_),
      userfaults_(setting.simulation, setting.spec.userfaultfd, setting.path) {}

sim::Task<Residency> AreaFaults::make_resident(ProcessMemory& process, IovaPage page,
                                               Worker& worker, FaultAccess access) {
  PageState& state = process.page(page);
  const OpenFault open(process, setting_.memory.pool());
  bool major = false;
  for (;;) {
    while (state.has(kBusy)) co_await setting_.memory.pool().wait_until_idle(state, worker);
    if (process.is_killed()) co_return Residency::killed;
    const Step step = step_of(process, page, access);
    if (step == Step::hit) {
      const Residency residency = hit(process, page, worker, access, !major);
      co_return major ? Residency::major : residency;
    }
    const Progress progress = co_await take(step, process, page, worker, access);
    if (progress == Progress::no_memory) co_return Residency::out_of_memory;
    if (progress == Progress::refused) co_return Residency::refused;
    if (progress == Progress::read) major = true;
    if (progress != Progress::done) continue;
    const std::uint32_t id = to_index(process.id_of(page));
    setting_.journal.note(setting_.simulation.now(), major ? kMajor : kMinor, id);
    for (MmuNotifier* const notifier : process.notifiers()) notifier->enter(page, false);
    co_return major ? Residency::major : Residency::minor;
  }
}

AreaFaults::Step AreaFaults::step_of(ProcessMemory& process, IovaPage page,
                                     FaultAccess access) const {
  if (process.is_held()) return Step::hit;
  const Area& area = *process.layout.find(page);
  const PageState& state = process.page(page);
  if (state.has(kResident)) {
    if (state.has(kMisplaced)) return Step::move;
    const bool write = access.write && area.writable;
    if (!write || !state.has(kWriteProtected)) return Step::hit;
    if (is_of_file(process, page)) return area.shared ? Step::grant : Step::copy;
    return process.layout.sharers > 0 && !area.shared ? Step::copy : Step::grant;
  }
  if (is_of_file(process, page)) return Step::read_file;
  if (state.has(kSwapped)) return Step::read_swap;
  if (area.userfaultfd) return Step::user_space;
  const bool zero = !access.write && area.is_private_anonymous();
  if (zero && state.has(kZeroPage)) return Step::hit;
  if (huge_.fits(process, page)) return Step::huge_page;
  return zero ? Step::zero_page : Step::allocate;
}

sim::Task<AreaFaults::Progress> AreaFaults::take(Step step, ProcessMemory& process, IovaPage page,
                                                 Worker& worker, FaultAccess access) {
  switch (step) {
    case Step::hit:
      break;
    case Step::zero_page:
      return map_zero_page(process, page, worker);
    case Step::huge_page:
      return huge_page(process, page, worker, access);
    case Step::allocate:
      return allocate(process, page, worker, access);
    case Step::copy:
      return copy(process, page, worker);
    case Step::grant:
      return grant(process, page, worker);
    case Step::read_file:
    case Step::read_swap:
      return read(step, process, page, worker);
    case Step::user_space:
      return ask_user_space(process, page, worker);
    case Step::move:
      return move(process, page, worker);
  }
  ENSURE_IN(process.name(), false, "a page that is there needs nothing");
  return allocate(process, page, worker, access);
}

// The page is there, or the zero page is: in the page table of the process, or only in the cache.
// Who has read it from the disk (not `cached`) maps no neighbours.
Residency AreaFaults::hit(ProcessMemory& process, IovaPage page, Worker& worker, FaultAccess access,
                          bool cached) {
  const bool mapped = process.is_mapped(page);
  worker.charge(mapped ? setting_.memory.costs().spurious() : setting_.memory.costs().hit());
  PageState& state = process.page(page);
  if (process.is_held()) return Residency::present;
  if (!state.has(kZeroPage)) setting_.memory.keep(process, process.id_of(page));
  Area& area = *process.layout.find(page);
  if (mapped) return Residency::present;
  if (state.has(kSwapped)) area.history.previous = page;  // found in the swap cache
  if (state.has(kReadAhead)) {
    state.clear(kReadAhead);
    area.history.hits = std::min(area.history.hits + 1, kMostHits);
    setting_.stats.readahead_hits += counted();
  }
  if (cached && is_of_file(process, page) && area.history.misses > 0) --area.history.misses;
  if (state.has(kReadMark)) {
    state.clear(kReadMark);
    reader_.read_on(process, page);
  }
  for (MmuNotifier* const notifier : process.notifiers()) {
    if (state.has(kHuge)) notifier->enter_huge(HugePages::first_of(page));
    notifier->enter(page, false);
  }
  if (cached && area.kind != Backing::anonymous && !access.write) map_around(process, area, page);
  return Residency::minor;
}

// What is in the page cache and next to the page is mapped with it.
void AreaFaults::map_around(ProcessMemory& process, const Area& area, IovaPage page) {
  const PageSize size = setting_.spec.page_size;
  const std::uint64_t pages = size.pages_in(setting_.spec.page_cache.fault_around);
  const ReadWindow window = fault_around_window(area, page, pages, size);
  for (IovaPage each = window.first; each < window.first + window.count; each = each + 1) {
    const PageState& state = process.page(each);
    const bool there = state.has(kResident) && !state.has(kBusy | kReadMark);
    if (!there || process.is_mapped(each)) continue;
    for (MmuNotifier* const notifier : process.notifiers()) notifier->enter(each, true);
    setting_.stats.fault_around_pages += counted() && process.is_mapped(each);
  }
}

sim::Task<AreaFaults::Progress> AreaFaults::map_zero_page(ProcessMemory& process, IovaPage page,
                                                          Worker& worker) {
  worker.charge(setting_.memory.costs().hit());
  co_await worker.pay();
  PageState& state = process.page(page);
  if (state.has(kBusy | kResident | kZeroPage)) co_return Progress::again;
  state.set(kZeroPage | kWriteProtected);
  setting_.stats.zero_page_maps += counted();
  co_return Progress::done;
}

sim::Task<AreaFaults::Progress> AreaFaults::allocate(ProcessMemory& process, IovaPage page,
                                                     Worker& worker, FaultAccess access) {
  FreeFrames& pool = setting_.memory.pool();
  PageState& state = process.page(page);
  if (!process.layout.find(page)->folios.empty()) {
    const Folios::Found folio = co_await folios_.bring(process, page, worker);
    if (folio == Folios::Found::taken) co_return Progress::done;
    if (folio == Folios::Found::lost_race) co_return Progress::again;
  }
  const bool taken = co_await setting_.memory.take_frame(worker);
  if (!taken) co_return Progress::no_memory;
  pool.begin_move();
  worker.charge(setting_.memory.costs().minor());
  co_await worker.pay();
  if (state.has(kZeroPage) && !state.has(kBusy)) {
    co_await take_translations(process, page, 1, setting_.memory, worker);
    state.clear(kBusy | kZeroPage);
  }
  pool.end_move();
  if (state.has(kBusy | kResident) || process.is_killed()) {  // another worker was faster
    pool.give(1);
    co_return Progress::again;
  }
  place(process, page, setting_.memory, access.write);
  pool.changed();
  co_return Progress::done;
}

sim::Task<AreaFaults::Progress> AreaFaults::huge_page(ProcessMemory& process, IovaPage page,
                                                      Worker& worker, FaultAccess access) {
  if (!access.write && process.layout.find(page)->is_private_anonymous()) {
    const bool zero = co_await huge_.map_zero(process, page, worker);
    co_return zero ? Progress::done : Progress::again;
  }
  const HugePages::Found found = co_await huge_.allocate(process, page, worker);
  if (found == HugePages::Found::taken) co_return Progress::done;
  if (found == HugePages::Found::lost_race) co_return Progress::again;
  const Progress small = co_await allocate(process, page, worker, access);
  co_return small;
}

// Who may not drop the mmap lock and try again gets a signal instead (SIGBUS): every thread of the
// kernel that serves a device. Source: Linux, handle_userfault().
sim::Task<AreaFaults::Progress> AreaFaults::ask_user_space(ProcessMemory& process, IovaPage page,
                                                           Worker& worker) {
  UserfaultStats& stats = userfaults_.stats();
  if (!worker.is_task()) {
    worker.charge(setting_.memory.costs().spurious());
    stats.userfaults_refused += counted();
    co_return Progress::refused;
  }
  stats.userfaults += counted();
  co_await userfaults_.wait(process, worker);
  const Progress progress = co_await allocate(process, page, worker, {.write = true});
  co_return progress;
}

// The old translation leaves the devices before the page has its new frame. What a child of a fork
// keeps is a frame more; the page of a file gives its frame to the copy.
sim::Task<AreaFaults::Progress> AreaFaults::copy(ProcessMemory& process, IovaPage page,
                                                 Worker& worker) {
  FreeFrames& pool = setting_.memory.pool();
  PageState& state = process.page(page);
  const bool of_file = is_of_file(process, page);
  if (!of_file) {
    const bool taken = co_await setting_.memory.take_frame(worker);
    if (!taken) co_return Progress::no_memory;
  }
  pool.begin_move();
  worker.charge(setting_.memory.costs().copy());
  co_await worker.pay();
  pool.end_move();
  const bool shared = (of_file || process.layout.sharers > 0) && !process.is_killed();
  if (state.has(kBusy) || !state.has(kResident) || !state.has(kWriteProtected) || !shared) {
    if (!of_file) pool.give(1);
    co_return Progress::again;
  }
  setting_.stats.huge_splits += split_huge_page(process, page) && counted();
  co_await take_translations(process, page, 1, setting_.memory, worker);
  state.clear(kBusy | kWriteProtected);
  state.set(of_file ? kDirty | kCopied : kDirty);
  if (!of_file) ++process.layout.left_to_them;
  setting_.stats.page_copies += counted();
  setting_.memory.keep(process, process.id_of(page));
  pool.changed();
  co_return Progress::done;
}

// The node of who serves the fault decides; others wait until the copy has replaced the page.
// Source: Linux, do_numa_page().
sim::Task<AreaFaults::Progress> AreaFaults::move(ProcessMemory& process, IovaPage page,
                                                 Worker& worker) {
  PageState& state = process.page(page);
  state.clear(kMisplaced);
  if (setting_.store.is_pinned(state)) co_return Progress::again;
  co_await copy_elsewhere(process, page, setting_.memory, worker);
  setting_.stats.numa_moves += counted();
  co_return Progress::again;
}

// Nobody else has the private page any more, or the file is told of the write (page_mkwrite). A
// huge page is granted as a whole.
sim::Task<AreaFaults::Progress> AreaFaults::grant(ProcessMemory& process, IovaPage page,
                                                  Worker& worker) {
  worker.charge(setting_.memory.costs().reuse());
  co_await worker.pay();
  PageState& state = process.page(page);
  if (state.has(kBusy) || !state.has(kResident)) co_return Progress::again;
  const bool huge = state.has(kHuge);
  const IovaPage first = huge ? HugePages::first_of(page) : page;
  const std::uint64_t pages = huge ? kPagesPer2M : 1;
  for (std::uint64_t i = 0; i < pages; ++i) process.page(first + i).clear(kWriteProtected);
  state.set(kDirty);
  setting_.stats.page_reuses += counted();
  for (MmuNotifier* const notifier : process.notifiers()) {
    co_await notifier->grant_write(first, pages, worker);
  }
  co_return state.has(kResident) && !state.has(kBusy) ? Progress::done : Progress::again;
}

sim::Task<AreaFaults::Progress> AreaFaults::read(Step step, ProcessMemory& process, IovaPage page,
                                                 Worker& worker) {
  FreeFrames& pool = setting_.memory.pool();
  const PageState& state = process.page(page);
  const bool taken = co_await setting_.memory.take_frame(worker);
  if (!taken) co_return Progress::no_memory;
  pool.begin_move();
  worker.charge(setting_.memory.costs().major());
  co_await worker.pay();
  if (state.has(kBusy | kResident)) {
    pool.end_move();
    pool.give(1);
    co_return Progress::again;
  }
  if (step == Step::read_file) {
    co_await reader_.read_file(process, page, worker);
  } else {
    co_await reader_.read_swap(process, page, worker);
  }
  pool.end_move();
  pool.changed();
  co_return Progress::read;
}

}  // namespace faultpath::models
