// Storing, answering and losing page requests as a RISC-V IOMMU does.
#include "models/iommu/queues/riscv_page_request_queue.hpp"

#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

RiscvVerdict verdict_of(DirectoryEnd end) {
  switch (end) {
    case DirectoryEnd::off:
      return RiscvVerdict::off;
    case DirectoryEnd::bare:
      return RiscvVerdict::bare;
    case DirectoryEnd::too_wide:
      return RiscvVerdict::too_wide;
    case DirectoryEnd::access_fault:
      return RiscvVerdict::access_fault;
    case DirectoryEnd::corrupted:
      return RiscvVerdict::corrupted;
    case DirectoryEnd::invalid:
      return RiscvVerdict::invalid;
    case DirectoryEnd::misconfigured:
      return RiscvVerdict::misconfigured;
    case DirectoryEnd::found:
      break;
  }
  return RiscvVerdict::queued;
}

ResponseCode code_of(RiscvVerdict verdict) {
  switch (verdict) {
    case RiscvVerdict::off:
    case RiscvVerdict::access_fault:
    case RiscvVerdict::corrupted:
    case RiscvVerdict::invalid:
    case RiscvVerdict::misconfigured:
    case RiscvVerdict::queue_off:
    case RiscvVerdict::memory_fault:
    case RiscvVerdict::write_fault:
      return ResponseCode::failure;
    case RiscvVerdict::bare:
    case RiscvVerdict::too_wide:
    case RiscvVerdict::not_enabled:
      return ResponseCode::invalid;
    case RiscvVerdict::overflow:
    case RiscvVerdict::full:
    case RiscvVerdict::queued:
      break;
  }
  return ResponseCode::success;
}

// A lookup that found no context has the default one, which must not speak for the device.
bool wants_pasid(const DirectoryLookup& lookup) {
  return lookup.end == DirectoryEnd::found && lookup.context.response_pasid;
}

Arrival fate_of(RiscvVerdict verdict, const PageRequest& request, const DirectoryLookup& lookup) {
  if (verdict == RiscvVerdict::queued) return {.fate = Arrival::Fate::queued};
  Arrival arrival = lost(request, code_of(verdict));
  arrival.carries_pasid = arrival.code == ResponseCode::failure || wants_pasid(lookup);
  return arrival;
}

std::optional<FaultCause> logged_cause(RiscvVerdict verdict, const DirectoryLookup& lookup) {
  if (verdict != RiscvVerdict::not_enabled) return cause_of(lookup.end);
  if (lookup.context.faults_hidden) return std::nullopt;
  return FaultCause::transaction_type_disallowed;
}

}  // namespace

RiscvPageRequestRecord record_of(const PageRequest& request, Pasid unqualified) {
  const auto at = [](auto value, unsigned position) { return std::uint64_t{value} << position; };
  const bool valid = request.pasid.has_value();
  return {.payload_and_id = at(request.pasid.value_or(unqualified).value, 12) | at(valid, 32) |
                            at(valid && request.privileged, 33) | at(valid && request.execute, 34) |
                            at(request.device.value, 40),
          .address_and_flags = start_of(request.page).value | at(request.index.value, 3) |
                               at(request.last, 2) | at(request.write, 1) | at(request.read, 0)};
}

RiscvPageRequestQueue::RiscvPageRequestQueue(std::uint32_t entries)
    : directory_(RiscvDeviceDirectory::with_all_devices({})),
      ring_(entries),
      on_(true),
      interrupts_(true) {}

RiscvPageRequestQueue::RiscvPageRequestQueue(RiscvDeviceDirectory directory)
    : directory_(std::move(directory)), ring_(2) {}

Arrival RiscvPageRequestQueue::arrive(const PageRequest& request) {
  RiscvArrival result = receive(request);
  result.arrival.logged = result.logged.has_value();
  return result.arrival;
}

RiscvArrival RiscvPageRequestQueue::receive(const PageRequest& request) {
  const DirectoryLookup lookup = directory_.find(StreamId{request.device.value});
  const RiscvVerdict verdict = judge(lookup);
  RiscvArrival result{verdict, fate_of(verdict, request, lookup), logged_cause(verdict, lookup)};
  if (verdict == RiscvVerdict::queued) {
    ring_.push(request);
  } else if (verdict == RiscvVerdict::full) {
    overflow_ = result.arrival.overflowed = true;
  } else if (verdict == RiscvVerdict::write_fault) {
    memory_fault_ = true;
  } else {
    return result;
  }
  result.arrival.interrupt = interrupt();
  return result;
}

// The order of RISC-V IOMMU 3.7.
RiscvVerdict RiscvPageRequestQueue::judge(const DirectoryLookup& lookup) const {
  if (lookup.end != DirectoryEnd::found) return verdict_of(lookup.end);
  if (!lookup.context.page_requests) return RiscvVerdict::not_enabled;
  if (!on_) return RiscvVerdict::queue_off;
  if (memory_fault_) return RiscvVerdict::memory_fault;
  if (overflow_) return RiscvVerdict::overflow;
  if (ring_.full()) return RiscvVerdict::full;
  const bool writable = !broken_.all && broken_.entry != ring_.tail();
  return writable ? RiscvVerdict::queued : RiscvVerdict::write_fault;
}

bool RiscvPageRequestQueue::interrupt() {
  if (!interrupts_ || pending_) return false;
  pending_ = true;
  return true;
}

bool RiscvPageRequestQueue::resize(std::uint32_t entries) {
  RequestRing::check_size(entries);
  if (on_) return false;
  ring_.resize(entries);
  return true;
}

bool RiscvPageRequestQueue::enable() {
  if (on_) return false;
  on_ = true;
  ring_.reset_tail();
  overflow_ = memory_fault_ = false;
  return true;
}

bool RiscvPageRequestQueue::disable() { return std::exchange(on_, false); }

void RiscvPageRequestQueue::set(IommuSwitch what, bool on, DeviceIndex device) {
  RiscvDeviceContext context;
  switch (what) {
    case IommuSwitch::context:
      context.valid = on;
      return directory_.write(StreamId{device.value}, context);
    case IommuSwitch::page_requests:
      context.page_requests = context.response_pasid = on;
      return directory_.write(StreamId{device.value}, context);
    case IommuSwitch::queue:
      if (on && !on_) set_head(0);
      on ? enable() : disable();
      return;
    case IommuSwitch::queue_memory:
      break_memory({.all = !on});
      if (!on) return;
      clear_memory_fault();
      return enable_interrupts(true);
    case IommuSwitch::iommu:
      directory_.set_mode(on ? RiscvDeviceDirectory::Mode::three_levels
                             : RiscvDeviceDirectory::Mode::off);
      return;
    case IommuSwitch::pasid_entries:
    case IommuSwitch::scalable_mode:
      break;
  }
  ENSURE(false, "RISC-V has no such setting");
}

bool RiscvPageRequestQueue::clear_pending() {
  pending_ = false;
  return (overflow_ || memory_fault_) && interrupt();
}

}  // namespace faultpath::models
