// Carrying out descriptors in order.
#include "models/iommu/command_ring.hpp"

#include <algorithm>
#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

/// From the error until software, which spins on a wait, has seen and cleared it (assumed).
constexpr sim::Duration kClearing = sim::microseconds(1);

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

CommandRing::CommandRing(sim::Simulation& simulation, const std::string& path,
                         const InvalidationSpec& spec, const CommandSet& commands,
                         Executor& executor)
    : simulation_(simulation),
      path_(path.c_str()),
      name_(path + "/invalidation queue"),
      commands_(commands),
      executor_(executor),
      slots_(spec.queue_entries, name_.c_str()),
      fetch_{sim::Distribution(spec.fetch), simulation.stream(path, "descriptor fetch")},
      iotlb_{sim::Distribution(spec.iotlb), simulation.stream(path, "invalidation")},
      posted_(simulation, spec.timeout,
              PostedInvalidations::TimedOut::to<&CommandRing::time_out>(*this)) {
  simulation.start_service(engine(), name_.c_str());
}

void CommandRing::submit_iotlb(IoPageTable& space, IovaPage first, std::uint64_t pages) {
  Command command;
  command.kind = Kind::iotlb;
  command.space = &space;
  command.first = first;
  command.pages = pages;
  submit(command);
}

void CommandRing::submit_device_tlb(Originator whose, IovaPage first, std::uint64_t pages) {
  Command command;
  command.kind = Kind::device_tlb;
  command.whose = whose;
  command.first = first;
  command.pages = pages;
  submit(command);
}

void CommandRing::submit_response(DeviceIndex device, const GroupResponse& response) {
  Command command;
  command.kind = Kind::response;
  command.whose.device = device;
  command.response = response;
  submit(command);
}

void CommandRing::submit_wait(Status& status) {
  Command command;
  command.status = &status;
  submit(command);
}

void CommandRing::submit(const Command& command) {
  commands_to_do_.push_back(command);
  changed_.raise();
}

sim::Process CommandRing::engine() {
  for (;;) {
    while (!may_fetch()) co_await changed_.wait({"descriptor", path_});
    const Command& command = commands_to_do_.front();
    co_await simulation_.delay(fetch_(), {"descriptor fetch", path_});
    if (commands_.entry_free == EntryFree::fetched) free_until(next_ + 1);
    switch (command.kind) {
      case Kind::iotlb:
        co_await simulation_.delay(iotlb_(), {"IOTLB", path_});
        executor_.invalidate_iotlb(*command.space, command.first, command.pages);
        break;
      case Kind::device_tlb:
        while (!posted_.has_tag(command.whose.device)) {
          co_await changed_.wait({"invalidation tag", path_});
        }
        post_device_tlb(command);
        break;
      case Kind::response:
        executor_.post(command.whose.device, command.response);
        break;
      case Kind::wait:
        while (commands_.wait_blocks && !posted_.empty()) {
          co_await changed_.wait({"earlier descriptors", path_});
        }
        waits_.push_back({next_, command.status});
        break;
    }
    commands_to_do_.pop_front();
    ++next_;
    settle();
  }
}

void CommandRing::post_device_tlb(const Command& command) {
  const std::uint32_t itag = posted_.post(command.whose.device, next_);
  executor_.post(command.whose.device, DeviceInvalidation{.itag = itag,
                                                          .first = command.first,
                                                          .pages = command.pages,
                                                          .pasid = command.whose.pasid});
}

void CommandRing::completed(const DeviceInvalidationDone& done) {
  if (!posted_.answered(done)) return;
  settle();
  changed_.raise();
}

// Everything before the oldest that is not answered has completed, of what has been carried out.
void CommandRing::settle() {
  const std::uint64_t complete = std::min(posted_.oldest().value_or(next_), next_);
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

void CommandRing::free_until(std::uint64_t sequence) {
  for (; freed_ < sequence; ++freed_) slots_.give();
}

void CommandRing::finish() {
  finishing_ = true;
  if (idle()) posted_.stop_timer();
}

void CommandRing::time_out(DeviceIndex device) {
  executor_.timed_out(device);
  if (commands_.timeout_aborts) {
    if (!stopped_) {
      simulation_.calendar().schedule_after(kClearing,
                                            sim::handler_of<&CommandRing::clear_error>(*this));
    }
    stopped_ = true;
    abort_waits();
  }
  settle();
  changed_.raise();
}

// Those that have been fetched; others are still descriptors in memory.
void CommandRing::abort_waits() {
  std::deque<Status*> aborted;
  for (Wait& wait : waits_) {
    if (wait.status != nullptr) aborted.push_back(std::exchange(wait.status, nullptr));
  }
  for (Status* const status : aborted) {
    status->value = Status::Value::aborted;
    status->written.raise();
  }
}

void CommandRing::clear_error() {
  stopped_ = false;
  changed_.raise();
}

}  // namespace faultpath::models
