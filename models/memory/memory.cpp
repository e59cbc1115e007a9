// Frames and page faults of the host.
#include "models/memory/memory.hpp"

#include <algorithm>
#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kMinor{1, "minor fault"};
constexpr EntryKind kMajor{2, "major fault"};

std::uint64_t share(std::uint64_t frames, double part) {
  return static_cast<std::uint64_t>(static_cast<double>(frames) * part);
}

}  // namespace

Memory::Memory(sim::Simulation& simulation, const MemorySpec& spec, PageStore& store,
               Processor& cores, const StatisticsWindow& window, std::string path)
    : path_(std::move(path)),
      simulation_(simulation),
      spec_(spec),
      store_(store),
      cores_(cores),
      window_(window),
      frames_(spec.memory / kPageBytes),
      min_(share(frames_, spec.reclaim.min)),
      low_(share(frames_, spec.reclaim.low)),
      high_(share(frames_, spec.reclaim.high)),
      free_(frames_),
      inactive_(store),
      active_(store),
      fault_{sim::Distribution(spec.page_fault.minor), sim::Distribution(spec.page_fault.major),
             sim::Distribution(spec.page_fault.spurious)},
      per_page_(spec.reclaim.per_page),
      fault_stream_(simulation.stream(path_, "fault")),
      reclaim_stream_(simulation.stream(path_, "reclaim")),
      journal_(simulation, path_) {
  const SwapSpec& swap = spec.swap;
  swap_ = &simulation.platform().add_disk(
      path_ + "/swap", {swap.latency, swap.bandwidth, swap.bandwidth, swap.queue_depth});
  simulation.start_service(background(), path_.c_str());
}

void Memory::add(ProcessMemory& process) {
  processes_.push_back(&process);
  if (process.frames_of_guest()) return;
  reachable_ += process.pages();
  if (!process.backing().populated) return;
  ENSURE_IN(path_, free_ >= process.pages(), "populated memory has frames");
  free_ -= process.pages();
  account();
}

void Memory::take_all(ProcessMemory& process) {
  if (process.backing().populated) return;  // it has them already
  ENSURE_IN(path_, free_ >= process.pages(), "pinned memory has frames");
  free_ -= process.pages();
  account();
}

bool Memory::may_reclaim(const MemorySpec& spec, std::uint64_t pages) {
  const std::uint64_t frames = spec.memory / kPageBytes;
  return pages + share(frames, spec.reclaim.low) >= frames;
}

void Memory::account() {
  stats_.resident_bytes.set(simulation_.now(),
                            static_cast<std::int64_t>((frames_ - free_) * kPageBytes));
}

ProcessMemory& Memory::process_of(PageId id) {
  for (ProcessMemory* process : processes_) {
    if (process->owns(id)) return *process;
  }
  ENSURE_IN(path_, false, "every page belongs to a process");
  return *processes_.front();
}

bool Memory::take_frame() {
  if (free_ <= min_) return false;
  --free_;
  if (free_ < low_) low_event_.set();
  account();
  return true;
}

void Memory::give_frames(std::uint64_t count) {
  free_ += count;
  account();
  changed_.notify_all();
}

bool Memory::needs_read(const ProcessMemory& process, const PageState& state) const {
  return state.has(kSwapped) || process.backing().kind == Backing::file;
}

sim::Task<Residency> Memory::make_resident(ProcessMemory& process, IovaPage page, Worker& worker) {
  if (process.frames_of_guest()) co_return co_await fault_in_guest(process, page, worker);
  const PageId id = process.id_of(page);
  PageState& state = store_.pages.at(id);
  for (;;) {
    while (state.has(kBusy)) co_await wait_until_idle(state, worker);
    if (state.has(kResident)) {
      worker.charge(fault_.spurious(fault_stream_));
      touch(state, id);
      co_return Residency::present;
    }
    if (!take_frame()) {
      const bool taken = co_await take_frame_slowly(worker);
      if (!taken) co_return Residency::out_of_memory;
      if (state.has(kBusy | kResident)) {
        give_frames(1);
        continue;
      }
    }
    ++moving_;
    const bool major = needs_read(process, state);
    worker.charge(major ? fault_.major(fault_stream_) : fault_.minor(fault_stream_));
    co_await worker.pay();
    if (major && !state.has(kBusy | kResident)) co_await read(state, worker);
    --moving_;
    if (state.has(kBusy | kResident)) {  // another worker was faster
      give_frames(1);
      continue;
    }
    journal_.note(simulation_.now(), major ? kMajor : kMinor, to_index(id));
    state.set(kResident);
    state.clear(kDirty);
    touch(state, id);
    changed_.notify_all();
    co_return major ? Residency::major : Residency::minor;
  }
}

// The guest has memory enough; the frames behind it are the second stage's.
sim::Task<Residency> Memory::fault_in_guest(ProcessMemory& process, IovaPage page, Worker& worker) {
  PageState& state = process.page(page);
  while (state.has(kBusy)) co_await wait_until_idle(state, worker);
  if (state.has(kResident)) {
    worker.charge(fault_.spurious(fault_stream_));
    co_return Residency::present;
  }
  const bool major = needs_read(process, state);
  worker.charge(major ? fault_.major(fault_stream_) : fault_.minor(fault_stream_));
  co_await worker.pay();
  if (major && !state.has(kBusy | kResident)) co_await read(state, worker);
  state.set(kResident);
  co_return major ? Residency::major : Residency::minor;
}

// While the page is being read, others wait for it.
sim::Task<> Memory::read(PageState& state, Worker& worker) {
  state.set(kBusy);
  worker.leave();
  co_await simulation_.platform().read(*swap_, kPageBytes);
  co_await worker.enter();
  state.clear(kBusy);
  changed_.notify_all();
}

// A used page is on a list, unless it is pinned.
void Memory::touch(PageState& state, PageId id) {
  if (!state.has(kListed) && !state.pinned()) inactive_.push_back(id);
}

// The page is being read or evicted by somebody else.
sim::Task<> Memory::wait_until_idle(PageState& state, Worker& worker) {
  co_await worker.pay();
  worker.leave();
  while (state.has(kBusy)) co_await changed_.wait();
  co_await worker.enter();
}

void Memory::unlist(ProcessMemory& process, IovaPage page) {
  const PageId id = process.id_of(page);
  const PageState& state = store_.pages.at(id);
  if (state.has(kListed)) (state.has(kActive) ? active_ : inactive_).remove(id);
}

sim::Task<> Memory::begin_release(ProcessMemory& process, IovaPage page, Worker& worker) {
  PageState& state = process.page(page);
  while (state.has(kBusy)) co_await wait_until_idle(state, worker);
  ++moving_;
  state.set(kBusy);
}

void Memory::end_release(ProcessMemory& process, IovaPage page) {
  PageState& state = process.page(page);
  --moving_;
  state.clear(kBusy | kActive);
  if (!state.pinned()) inactive_.push_back(process.id_of(page));
  changed_.notify_all();
}

}  // namespace faultpath::models
