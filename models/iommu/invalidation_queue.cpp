// Carrying out descriptors in order.
#include "models/iommu/invalidation_queue.hpp"

#include <algorithm>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

/// From the error until software, which spins on a wait, has seen and cleared it (assumed).
constexpr sim::Duration kClearing = sim::microseconds(1);

const std::string kPath = "iommu";

}  // namespace

// RISC-V's IOFENCE.C and AMD's COMPLETION_WAIT complete after what was before them and hold back
// nothing (assumed).
CommandSet command_set(IommuKind kind) {
  switch (kind) {
    case IommuKind::vtd:
      return {.wait_blocks = false, .response_waited = true, .timeout_aborts = true};
    case IommuKind::smmu_pri:
    case IommuKind::smmu_stall:
      return {.wait_blocks = true, .response_waited = false, .timeout_aborts = false};
    case IommuKind::amd:
    case IommuKind::riscv:
      break;
  }
  return {};
}

InvalidationQueue::InvalidationQueue(sim::Simulation& simulation, const InvalidationSpec& spec,
                                     const CommandSet& commands, Executor& executor)
    : simulation_(simulation),
      commands_(commands),
      executor_(executor),
      timeout_(spec.timeout),
      slots_(spec.queue_entries, "invalidation queue"),
      fetch_(spec.fetch),
      iotlb_(spec.iotlb),
      fetch_stream_(simulation.stream(kPath, "descriptor fetch")),
      iotlb_stream_(simulation.stream(kPath, "invalidation")),
      free_fetch_(fetch_.is_constant() && fetch_.mean() == sim::Duration::zero()) {
  simulation.start_service(engine(), "iommu/invalidation queue");
}

void InvalidationQueue::submit_iotlb(AddressSpace& space, IovaPage first, std::uint64_t pages) {
  Entry entry;
  entry.kind = Kind::iotlb;
  entry.space = &space;
  entry.first = first;
  entry.pages = pages;
  submit(entry);
}

void InvalidationQueue::submit_device_tlb(DeviceIndex device, IovaPage first, std::uint64_t pages) {
  Entry entry;
  entry.kind = Kind::device_tlb;
  entry.device = device;
  entry.first = first;
  entry.pages = pages;
  submit(entry);
}

void InvalidationQueue::submit_response(DeviceIndex device, const GroupResponse& response) {
  Entry entry;
  entry.kind = Kind::response;
  entry.device = device;
  entry.response = response;
  submit(entry);
}

void InvalidationQueue::submit_wait(Status& status) {
  Entry entry;
  entry.status = &status;
  submit(entry);
}

void InvalidationQueue::submit(const Entry& entry) {
  entries_.push_back(entry);
  changed_.raise();
}

sim::Process InvalidationQueue::engine() {
  for (;;) {
    while (idle()) co_await changed_.wait({"descriptor", "iommu"});
    const std::uint64_t sequence = next_;
    co_await simulation_.delay(fetch_(fetch_stream_), {"descriptor fetch", "iommu"});
    switch (at(sequence).kind) {
      case Kind::iotlb: {
        co_await simulation_.delay(iotlb_(iotlb_stream_), {"IOTLB", "iommu"});
        Entry& entry = at(sequence);
        entry.done = true;
        executor_.invalidate_iotlb(*entry.space, entry.first, entry.pages);
        break;
      }
      case Kind::device_tlb:
        while (ports_[at(sequence).device.value].free == 0) {
          co_await changed_.wait({"invalidation tag", "iommu"});
        }
        post_device_tlb(sequence);
        break;
      case Kind::response:
        at(sequence).done = true;
        executor_.post(at(sequence).device, at(sequence).response);
        break;
      case Kind::wait:
        while (commands_.wait_blocks && first_ != sequence) {
          co_await changed_.wait({"earlier descriptors", "iommu"});
        }
        break;
    }
    at(sequence).carried_out = true;
    ++next_;
    retire();
  }
}

void InvalidationQueue::post_device_tlb(std::uint64_t sequence) {
  Entry& entry = at(sequence);
  Port& port = ports_[entry.device.value];
  --port.free;
  const auto tag = std::ranges::find(port.outstanding, std::uint64_t{0});
  *tag = sequence + 1;
  entry.itag = static_cast<std::uint32_t>(tag - port.outstanding.begin());
  entry.deadline = simulation_.now() + timeout_;
  watch();
  executor_.post(entry.device, DeviceInvalidation{
                                   .itag = entry.itag, .first = entry.first, .pages = entry.pages});
}

void InvalidationQueue::completed(const DeviceInvalidationDone& done) {
  const std::uint64_t sequence = ports_[done.device.value].outstanding[done.itag];
  if (sequence == 0) return;
  finish_device_tlb(sequence - 1);
  retire();
  changed_.raise();
}

// Frees the tag.
void InvalidationQueue::finish_device_tlb(std::uint64_t sequence) {
  Entry& entry = at(sequence);
  Port& port = ports_[entry.device.value];
  port.outstanding[entry.itag] = 0;
  ++port.free;
  entry.done = true;
}

// Entries are freed from the front; a wait at the front has nothing before it that is not complete.
void InvalidationQueue::retire() {
  while (!entries_.empty() && entries_.front().carried_out) {
    const Entry& front = entries_.front();
    if (front.kind != Kind::wait && !front.done) return;
    Status* const status = front.done ? nullptr : front.status;
    const bool wait = front.kind == Kind::wait;
    entries_.pop_front();
    ++first_;
    slots_.give();
    if (!wait || status == nullptr) continue;
    status->value = Status::Value::completed;
    status->written.raise();
  }
  if (entries_.empty() && finishing_) finish();
}

void InvalidationQueue::finish() {
  finishing_ = true;
  if (!watching_ || !entries_.empty()) return;
  simulation_.calendar().cancel(timer_);
  watching_ = false;
}

// One timer for all: it is for the oldest, or for one that has been answered meanwhile, and is then
// set anew. Answers come fast, so that most set none.
void InvalidationQueue::watch() {
  if (watching_) return;
  const std::uint64_t oldest = oldest_unanswered();
  if (oldest == next_ + 1) return;
  watching_ = true;
  timer_ = simulation_.calendar().schedule(at(oldest).deadline, {&InvalidationQueue::expire, this});
}

// In order of sequence, as all have the same time. The entry that is being carried out counts.
std::uint64_t InvalidationQueue::oldest_unanswered() const {
  const std::uint64_t end = std::min<std::uint64_t>(next_ + 1, first_ + entries_.size());
  for (std::uint64_t sequence = first_; sequence < end; ++sequence) {
    const Entry& entry = entries_[sequence - first_];
    if (entry.kind == Kind::device_tlb && !entry.done && entry.deadline != sim::kEndOfTime) {
      return sequence;
    }
  }
  return next_ + 1;
}

void InvalidationQueue::expire(void* queue) {
  auto& self = *static_cast<InvalidationQueue*>(queue);
  self.watching_ = false;
  const std::uint64_t oldest = self.oldest_unanswered();
  if (oldest <= self.next_ && self.at(oldest).deadline <= self.simulation_.now()) {
    self.time_out(oldest);
  }
  self.watch();
}

void InvalidationQueue::time_out(std::uint64_t sequence) {
  const DeviceIndex device = at(sequence).device;
  finish_device_tlb(sequence);
  executor_.timed_out(device);
  if (commands_.timeout_aborts) {
    if (!stopped_) {
      simulation_.calendar().schedule_after(kClearing, {&InvalidationQueue::clear_error, this});
    }
    stopped_ = true;
    abort_waits();
  }
  retire();
  changed_.raise();
}

// Those that have been fetched; others are still descriptors in memory.
void InvalidationQueue::abort_waits() {
  std::deque<Status*> aborted;
  for (Entry& entry : entries_) {
    if (entry.kind != Kind::wait || !entry.carried_out || entry.done) continue;
    entry.done = true;
    aborted.push_back(entry.status);
  }
  for (Status* const status : aborted) {
    status->value = Status::Value::aborted;
    status->written.raise();
  }
}

void InvalidationQueue::clear_error(void* queue) {
  auto& self = *static_cast<InvalidationQueue*>(queue);
  self.stopped_ = false;
  self.changed_.raise();
}

}  // namespace faultpath::models
