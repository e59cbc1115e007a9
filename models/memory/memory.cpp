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
               IoMapping& mapping, IommuPort& iommu, Processor& cores,
               const StatisticsWindow& window, std::string path)
    : path_(std::move(path)),
      simulation_(simulation),
      spec_(spec),
      store_(store),
      mapping_(mapping),
      iommu_(iommu),
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

void Memory::add(AddressSpace& space) {
  spaces_.push_back(&space);
  if (space.frames_of_guest()) return;
  reachable_ += space.pages();
  if (!space.backing().populated) return;
  ENSURE_IN(path_, free_ >= space.pages(), "populated memory has frames");
  free_ -= space.pages();
  account();
}

void Memory::take_all(AddressSpace& space) {
  if (space.backing().populated) return;  // it has them already
  ENSURE_IN(path_, free_ >= space.pages(), "pinned memory has frames");
  free_ -= space.pages();
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

bool Memory::is_resident(const AddressSpace& space, IovaPage page) const {
  const PageState* const state = store_.find(space.id_of(page));
  return state != nullptr ? state->has(kResident) : space.backing().populated;
}

AddressSpace& Memory::space_of(PageId id) {
  for (AddressSpace* space : spaces_) {
    if (space->owns(id)) return *space;
  }
  ENSURE_IN(path_, false, "every page belongs to a space");
  return *spaces_.front();
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

bool Memory::needs_read(const AddressSpace& space, const PageState& state) const {
  return state.has(kSwapped) || space.backing().kind == Backing::file;
}

sim::Task<Residency> Memory::make_resident(AddressSpace& space, IovaPage page, Worker& worker) {
  if (space.frames_of_guest()) co_return co_await fault_in_guest(space, page, worker);
  const PageId id = space.id_of(page);
  PageState& state = store_.at(id);
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
    const bool major = needs_read(space, state);
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
sim::Task<Residency> Memory::fault_in_guest(AddressSpace& space, IovaPage page, Worker& worker) {
  PageState& state = store_.at(space.id_of(page));
  while (state.has(kBusy)) co_await wait_until_idle(state, worker);
  if (state.has(kResident)) {
    worker.charge(fault_.spurious(fault_stream_));
    co_return Residency::present;
  }
  const bool major = needs_read(space, state);
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
  if (!state.has(kListed | kPinned)) inactive_.push_back(id);
}

// The page is being read or evicted by somebody else.
sim::Task<> Memory::wait_until_idle(PageState& state, Worker& worker) {
  co_await worker.pay();
  worker.leave();
  while (state.has(kBusy)) co_await changed_.wait();
  co_await worker.enter();
}

void Memory::unlist(AddressSpace& space, IovaPage page) {
  const PageId id = space.id_of(page);
  const PageState& state = store_.at(id);
  if (state.has(kListed)) (state.has(kActive) ? active_ : inactive_).remove(id);
}

void Memory::begin_release(AddressSpace& space, IovaPage page) {
  ++moving_;
  store_.at(space.id_of(page)).set(kBusy);
}

void Memory::end_release(AddressSpace& space, IovaPage page) {
  PageState& state = store_.at(space.id_of(page));
  --moving_;
  state.clear(kBusy | kActive);
  inactive_.push_back(space.id_of(page));
  changed_.notify_all();
}

}  // namespace faultpath::models
