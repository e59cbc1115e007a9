// Faults and pins of the processes of a machine.
#include "models/memory/memory.hpp"

#include <utility>

#include "models/memory/open_fault.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kMinor{1, "minor fault"};
constexpr EntryKind kMajor{2, "major fault"};

}  // namespace

Memory::Memory(sim::Simulation& simulation, const MemorySpec& spec, PageStore& store,
               Processor& processor, const StatisticsWindow& window, std::string path)
    : path_(std::move(path)),
      simulation_(simulation),
      spec_(spec),
      store_(store),
      pool_(simulation, spec, stats_.resident_bytes),
      lru_(store.frames, spec.reclaim.lists, spec.page_size),
      swap_(simulation, spec.swap, path_ + "/swap", spec.page_size),
      costs_(simulation, spec.page_fault, path_),
      journal_(simulation, path_),
      oom_({simulation, store, *this, processor, window, path_, journal_}),
      reclaim_({simulation, spec_.reclaim, store, pool_, lru_, swap_, processor, window, path_,
                stats_.evictions, area_stats_.huge_splits, journal_, oom_}),
      area_faults_({simulation, spec_, store, *this, window, journal_, area_stats_, path_}) {}

void Memory::add(ProcessMemory& process) {
  const bool declared = process.layout.declared();
  process.serve_by(declared ? static_cast<MmFaults&>(area_faults_) : *this);
  changes_pages_ = changes_pages_ || declared;
  reclaim_.add(process);
  oom_.add(process);
  reachable_ += process.pages();
  pool_.take_many(process.frames());
}

void Memory::take_all(ProcessMemory& process) {
  pool_.take_many(process.pages() - process.frames());
  process.hold();
}

sim::Task<Residency> Memory::make_resident(ProcessMemory& process, IovaPage page, Worker& worker,
                                           FaultAccess) {
  const PageId id = process.id_of(page);
  PageState& state = store_.pages.at(id);
  const OpenFault open(process, pool_);
  for (;;) {
    while (state.has(kBusy)) co_await pool_.wait_until_idle(state, worker);
    if (process.is_killed()) co_return Residency::killed;
    if (state.has(kResident) || process.is_held()) {
      worker.charge(costs_.spurious());
      if (!process.is_held()) keep(process, id);
      co_return Residency::present;
    }
    if (!pool_.take()) {
      const bool taken = co_await reclaim_.take_frame(worker);
      if (!taken) co_return Residency::out_of_memory;
      if (state.has(kBusy | kResident)) {
        pool_.give(1);
        continue;
      }
    }
    pool_.begin_move();
    const bool major = state.has(kSwapped) || process.backing().kind == Backing::file;
    worker.charge(major ? costs_.major() : costs_.minor());
    co_await worker.pay();
    if (major && !state.has(kBusy | kResident)) co_await swap_.read(state, pool_, worker);
    pool_.end_move();
    if (state.has(kBusy | kResident) || process.is_killed()) {  // another worker was faster
      pool_.give(1);
      continue;
    }
    journal_.note(simulation_.now(), major ? kMajor : kMinor, to_index(id));
    state.set(kResident);
    state.clear(kDirty);
    swap_.brought_back(state);
    process.gain_frame();
    keep(process, id);
    pool_.changed();
    co_return major ? Residency::major : Residency::minor;
  }
}

void Memory::keep(ProcessMemory& process, PageId id) {
  const FrameNumber number = store_.frame_of(id);
  const Frame& frame = store_.frames.at(number);
  if (!frame.has(kListed) && !frame.pinned()) reclaim_.list(process, id);
}

void Memory::forget(ProcessMemory& process, IovaPage page) {
  PageState& state = process.page(page);
  const bool resident = state.has(kResident);
  if (resident) unlist(process, page);
  if (state.frame != kNoFrame) store_.frames.remove(state.frame);
  reclaim_.forget(process.id_of(page));
  swap_.give_place(state);
  state = PageState{};
  if (!resident) return;
  process.lose_frame();
  pool_.give(1);
}

void Memory::unlist(ProcessMemory& process, IovaPage page) {
  lru_.remove(store_.frame_of(process.id_of(page)));
}

sim::Task<> Memory::begin_release(ProcessMemory& process, IovaPage page, Worker& worker) {
  PageState& state = process.page(page);
  while (state.has(kBusy)) co_await pool_.wait_until_idle(state, worker);
  pool_.begin_move();
  state.set(kBusy);
}

void Memory::end_release(ProcessMemory& process, IovaPage page) {
  PageState& state = process.page(page);
  pool_.end_move();
  state.clear(kBusy);
  list_again(process, page);
}

void Memory::list_again(ProcessMemory& process, IovaPage page) {
  const PageState& state = process.page(page);
  if (state.has(kBusy)) return;
  const bool last_pin = process.is_killed() && !store_.is_pinned(state);
  if (last_pin && !process.is_mapped(page) && !is_of_file(process, page)) {
    return forget(process, page);  // the killer has left it behind
  }
  const bool here = process.is_served_by(*this) || process.is_served_by(area_faults_);
  const bool reclaimable = here && !process.is_held();
  if (reclaimable && !store_.is_pinned(state) && !store_.is_listed(state))
    reclaim_.list(process, process.id_of(page));
  pool_.changed();
}

}  // namespace faultpath::models
