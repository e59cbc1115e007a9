// Carrying out descriptors in order.
#include "models/iommu/invalidation_queue.hpp"

#include <algorithm>
#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

/// From the error until software, which spins on a wait, has seen and cleared it (assumed).
constexpr sim::Duration kClearing = sim::microseconds(1);

const std::string kPath = "iommu";

}  // namespace

// RISC-V's IOFENCE.C and AMD's COMPLETION_WAIT complete after what was before them and hold back
// nothing (assumed; to software that looks at cqh alone, an IOFENCE.C that cqh has passed would
// have completed, RISC-V IOMMU 3.1).
CommandSet command_set(IommuKind kind) {
  switch (kind) {
    case IommuKind::vtd:
      return {.entry_free = EntryFree::completed, .response_waited = true, .timeout_aborts = true};
    case IommuKind::smmu_pri:
    case IommuKind::smmu_stall:
      return {.entry_free = EntryFree::consumed, .wait_blocks = true};
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

void InvalidationQueue::add_device(std::uint32_t depth) {
  Port& port = ports_.emplace_back();
  port.free = depth;
  for (std::uint32_t itag = 0; itag < kItags; ++itag) {
    port.flights[itag].itag = itag;
    port.flights[itag].device = DeviceIndex{static_cast<std::uint32_t>(ports_.size() - 1)};
  }
}

void InvalidationQueue::submit_iotlb(AddressSpace& space, IovaPage first, std::uint64_t pages) {
  Command command;
  command.kind = Kind::iotlb;
  command.space = &space;
  command.first = first;
  command.pages = pages;
  submit(command);
}

void InvalidationQueue::submit_device_tlb(DeviceIndex device, IovaPage first, std::uint64_t pages) {
  Command command;
  command.kind = Kind::device_tlb;
  command.device = device;
  command.first = first;
  command.pages = pages;
  submit(command);
}

void InvalidationQueue::submit_response(DeviceIndex device, const GroupResponse& response) {
  Command command;
  command.kind = Kind::response;
  command.device = device;
  command.response = response;
  submit(command);
}

void InvalidationQueue::submit_wait(Status& status) {
  Command command;
  command.status = &status;
  submit(command);
}

void InvalidationQueue::submit(const Command& command) {
  commands_to_do_.push_back(command);
  changed_.raise();
}

sim::Process InvalidationQueue::engine() {
  for (;;) {
    while (!may_fetch()) co_await changed_.wait({"descriptor", "iommu"});
    const Command& command = commands_to_do_.front();
    co_await simulation_.delay(fetch_(fetch_stream_), {"descriptor fetch", "iommu"});
    if (commands_.entry_free == EntryFree::fetched) free_until(next_ + 1);
    switch (command.kind) {
      case Kind::iotlb:
        co_await simulation_.delay(iotlb_(iotlb_stream_), {"IOTLB", "iommu"});
        executor_.invalidate_iotlb(*command.space, command.first, command.pages);
        break;
      case Kind::device_tlb:
        while (ports_[command.device.value].free == 0) {
          co_await changed_.wait({"invalidation tag", "iommu"});
        }
        post_device_tlb(command);
        break;
      case Kind::response:
        executor_.post(command.device, command.response);
        break;
      case Kind::wait:
        while (commands_.wait_blocks && oldest_ != nullptr) {
          co_await changed_.wait({"earlier descriptors", "iommu"});
        }
        waits_.push_back({next_, command.status});
        break;
    }
    commands_to_do_.pop_front();
    ++next_;
    settle();
  }
}

void InvalidationQueue::post_device_tlb(const Command& command) {
  Port& port = ports_[command.device.value];
  --port.free;
  Flight& flight = *std::ranges::find(port.flights, false, &Flight::outstanding);
  flight.outstanding = true;
  flight.sequence = next_;
  flight.deadline = simulation_.now() + timeout_;
  flight.older = newest_;
  flight.newer = nullptr;
  (newest_ != nullptr ? newest_->newer : oldest_) = &flight;
  newest_ = &flight;
  watch();
  executor_.post(
      command.device,
      DeviceInvalidation{.itag = flight.itag, .first = command.first, .pages = command.pages});
}

void InvalidationQueue::completed(const DeviceInvalidationDone& done) {
  Flight& flight = ports_[done.device.value].flights[done.itag];
  if (!flight.outstanding) return;
  land(flight);
  settle();
  changed_.raise();
}

// Frees the tag.
void InvalidationQueue::land(Flight& flight) {
  (flight.older != nullptr ? flight.older->newer : oldest_) = flight.newer;
  (flight.newer != nullptr ? flight.newer->older : newest_) = flight.older;
  flight.outstanding = false;
  ++ports_[flight.device.value].free;
}

// Everything before the oldest that is not answered has completed, of what has been carried out.
void InvalidationQueue::settle() {
  const std::uint64_t complete = oldest_ != nullptr ? std::min(oldest_->sequence, next_) : next_;
  const bool by_completion = commands_.entry_free == EntryFree::completed;
  if (commands_.entry_free == EntryFree::consumed) free_until(next_);
  while (!waits_.empty() && waits_.front().sequence < complete) {
    const Wait wait = waits_.front();
    waits_.pop_front();
    if (by_completion) free_until(wait.sequence + 1);
    if (wait.status == nullptr) continue;
    wait.status->value = Status::Value::completed;
    wait.status->written.raise();
  }
  if (by_completion) free_until(complete);
  if (idle() && finishing_) finish();
}

void InvalidationQueue::free_until(std::uint64_t sequence) {
  for (; freed_ < sequence; ++freed_) slots_.give();
}

void InvalidationQueue::finish() {
  finishing_ = true;
  if (!watching_ || !idle()) return;
  simulation_.calendar().cancel(timer_);
  watching_ = false;
}

// One timer for all: it is for the oldest, or for one that has been answered meanwhile, and is then
// set anew. Answers come fast, so that most set none.
void InvalidationQueue::watch() {
  if (watching_ || oldest_ == nullptr) return;
  watching_ = true;
  const sim::Handler expire = sim::handler_of<&InvalidationQueue::expire>(*this);
  timer_ = simulation_.calendar().schedule(oldest_->deadline, expire);
}

void InvalidationQueue::expire() {
  watching_ = false;
  if (oldest_ != nullptr && oldest_->deadline <= simulation_.now()) time_out(*oldest_);
  watch();
}

void InvalidationQueue::time_out(Flight& flight) {
  land(flight);
  executor_.timed_out(flight.device);
  if (commands_.timeout_aborts) {
    if (!stopped_) {
      simulation_.calendar().schedule_after(
          kClearing, sim::handler_of<&InvalidationQueue::clear_error>(*this));
    }
    stopped_ = true;
    abort_waits();
  }
  settle();
  changed_.raise();
}

// Those that have been fetched; others are still descriptors in memory.
void InvalidationQueue::abort_waits() {
  std::deque<Status*> aborted;
  for (Wait& wait : waits_) {
    if (wait.status != nullptr) aborted.push_back(std::exchange(wait.status, nullptr));
  }
  for (Status* const status : aborted) {
    status->value = Status::Value::aborted;
    status->written.raise();
  }
}

void InvalidationQueue::clear_error() {
  stopped_ = false;
  changed_.raise();
}

}  // namespace faultpath::models
