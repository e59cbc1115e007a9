// Translating the pages of one operation, and asking for those that are missing.
#include <algorithm>
#include <utility>

#include "models/device/device.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

/// Accesses of one operation that an interconnect keeps in flight without ATS (assumed).
constexpr std::uint32_t kAccessesInFlight = 64;

constexpr EntryKind kFault{2, "fault"};
constexpr EntryKind kResolved{3, "fault resolved"};
constexpr EntryKind kDropped{4, "operation dropped"};
constexpr EntryKind kInvalidated{5, "translation invalidated"};

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

void Device::receive(void* device, const DownMessage& message) {
  auto& self = *static_cast<Device*>(device);
  std::visit(Overloaded{[&](const AtsCompletion& completion) { self.complete(completion); },
                        [&](const GroupResponse& response) { self.answered(response); },
                        [&](const DeviceInvalidation& request) {
                          self.setting_.simulation.start(self.invalidate(request),
                                                         self.setting_.path.c_str());
                        }},
             message);
}

// `page` is the first page of the operation that has missed.
sim::Process Device::serve(Operation operation, IssueSchedule::Slot slot, IovaPage page) {
  const bool counted = setting_.window.covers(slot.at);
  const IovaPage last = last_page(operation);
  IovaPage uncounted = page + 1;
  sim::Time at = slot.at;
  bool alive = true;
  while (alive && page <= last) {
    TranslationWindow window;
    page = collect(window, operation, slot, page, uncounted);
    if (window.count > 0) {
      request(window, operation, counted, at);
      co_await window.complete.wait({"ATS completion", setting_.path.c_str()});
      if (counted) setting_.metrics.translation_latency.record(now() - at);
      if (setting_.untranslated || window.refused) {
        alive = window.denied == 0;
      } else if (window.denied > 0) {
        alive = co_await resolve(window, operation, counted, at);
      }
      settle(window);
    } else if (page <= last) {  // another operation is already asking for it
      Miss& other = *misses_.find(slot.context, page);
      co_await other.settled.wait();
      --woken_;
    }
    at = now();
  }
  if (!alive) {
    stats_.dma_dropped += counted;
    journal_.note(now(), kDropped, operation.address.value);
  }
  finish(operation, alive ? operation.bytes : 0, slot, now());
  --translating_;
  advance();
}

// Takes misses from `page` on, up to the size of a group; returns the page to go on with. Pages
// from `uncounted` on have not been looked up before.
IovaPage Device::collect(TranslationWindow& window, const Operation& operation,
                         const IssueSchedule::Slot& slot, IovaPage page, IovaPage& uncounted) {
  const std::uint32_t context = slot.context;
  const bool counted = setting_.window.covers(slot.at);
  const IovaPage last = last_page(operation);
  const std::uint32_t most = setting_.untranslated ? kAccessesInFlight : spec_.pri.group;
  for (; page <= last && window.count < most; page = page + 1) {
    const bool hit = lookup(operation, context, page);
    if (page >= uncounted) {
      count_access(hit, counted);
      uncounted = page + 1;
    }
    if (hit) continue;
    if (!setting_.untranslated && misses_.find(context, page) != nullptr) break;
    Miss& miss = misses_.add(context, page);
    miss.window = &window;
    (window.last != nullptr ? window.last->next : window.first) = &miss;
    window.last = &miss;
    ++window.count;
  }
  return page;
}

// Asks for every page of the window that is not granted.
void Device::request(TranslationWindow& window, const Operation& operation, bool counted,
                     sim::Time at) {
  for (Miss* miss = window.first; miss != nullptr; miss = miss->next) {
    if (miss->granted) continue;
    ++window.unanswered;
    miss->translation.permissions.write = operation.write;  // what is needed
    if (setting_.untranslated) {
      send_access(*miss, counted, at);
    } else {
      stats_.ats_requests += counted;
      up_.send(at, AtsRequest{setting_.index, miss->tag, miss->page, pasid_of(miss->context),
                              operation.write});
    }
  }
  window.denied = 0;
}

// The access itself may fault on its way, so it carries a record.
void Device::send_access(Miss& miss, bool counted, sim::Time at) {
  miss.fault = &take_record(at);
  miss.counted = counted;
  UntranslatedAccess access;
  access.device = setting_.index;
  access.tag = miss.tag;
  access.page = miss.page;
  access.pasid = pasid_of(miss.context);
  access.write = miss.translation.permissions.write;
  access.counted = counted;
  access.fault = {miss.fault, miss.fault->serial};
  up_.send(at, access);
}

void Device::complete(const AtsCompletion& completion) {
  Miss& miss = misses_.at(completion.tag);
  TranslationWindow& window = *miss.window;
  const bool write = miss.translation.permissions.write;
  miss.granted = write ? completion.writable : completion.readable;
  miss.revoked = false;
  if (setting_.untranslated) {
    if (completion.stalled) setting_.stop.fault_begun(now());
    completion.stalled ? end_fault(*miss.fault, miss.counted) : release_record(*miss.fault);
  }
  if (miss.granted) {
    miss.translation = {miss.page.value,
                        cache_tag(miss.context),
                        completion.page_bits,
                        {completion.readable, completion.writable}};
  } else {
    ++window.denied;
    window.refused |= completion.refused;
  }
  if (--window.unanswered == 0) window.complete.raise();
}

void Device::settle(TranslationWindow& window) {
  for (Miss* miss = window.first; miss != nullptr;) {
    Miss* const next = miss->next;
    if (miss->granted && !miss->revoked && !setting_.untranslated) {
      atc_.insert(miss->translation);
      if (spec_.reports_access) setting_.strategy.used(setting_.space, miss->page);
    }
    misses_.remove(*miss);
    woken_ += miss->settled.waiting();
    miss->settled.notify_all();
    miss = next;
  }
}

// From the first answer without permission until every page of the window translates; false when
// the answer to a group is not Success.
sim::Task<bool> Device::resolve(TranslationWindow& window, const Operation& operation, bool counted,
                                sim::Time missed) {
  FaultRecord& fault = begin_fault(missed);
  ResponseCode code = ResponseCode::success;
  while (window.denied > 0 && code == ResponseCode::success) {
    fault.clock.enter(now(), FaultStage::credit);
    const std::uint32_t requests = window.denied;
    const PrgIndex index = co_await pri_.open(requests);
    send_group(window, operation, counted, index, {&fault, fault.serial});
    code = co_await pri_.answer(index);
    setting_.metrics.outstanding_requests.add(now(), -static_cast<std::int64_t>(requests));
    if (code != ResponseCode::success) break;
    fault.clock.enter(now(), FaultStage::back_off);
    const sim::Duration delay = retry_delay_(retry_stream_);
    ++timers_;
    co_await setting_.simulation.delay(delay, {"retry delay", setting_.path.c_str()});
    --timers_;
    fault.clock.enter(now(), FaultStage::retry);
    request(window, operation, counted, now());
    co_await window.complete.wait({"ATS completion", setting_.path.c_str()});
    if (window.refused) code = ResponseCode::failure;
  }
  end_fault(fault, counted);
  co_return code == ResponseCode::success;
}

void Device::send_group(const TranslationWindow& window, const Operation& operation, bool counted,
                        PrgIndex index, FaultTag tag) {
  tag.enter(now(), FaultStage::request);
  std::uint32_t left = window.denied;
  setting_.metrics.outstanding_requests.add(now(), left);
  if (counted) {
    stats_.page_requests += left;
    ++stats_.page_request_groups;
  }
  for (const Miss* miss = window.first; left > 0; miss = miss->next) {
    if (miss->granted) continue;
    const bool last = --left == 0;
    PageRequest message;
    message.device = setting_.index;
    message.page = miss->page;
    message.pasid = pasid_of(miss->context);
    message.index = index;
    message.read = !operation.write;
    message.write = operation.write;
    message.last = last;
    message.counted = counted;
    if (last) message.fault = tag;
    up_.send(now(), message);
  }
}

FaultRecord& Device::begin_fault(sim::Time missed) {
  FaultRecord& fault = take_record(missed);
  setting_.stop.fault_begun(now());
  journal_.note(now(), kFault, fault.serial);
  return fault;
}

FaultRecord& Device::take_record(sim::Time missed) {
  if (free_records_.empty()) free_records_.push_back(&fault_records_.emplace_back());
  FaultRecord& fault = *free_records_.back();
  free_records_.pop_back();
  ++fault.serial;
  fault.clock.begin(missed, FaultStage::translate);
  return fault;
}

void Device::release_record(FaultRecord& fault) {
  ++fault.serial;  // what still refers to it is stale
  free_records_.push_back(&fault);
}

void Device::end_fault(FaultRecord& fault, bool counted) {
  const sim::Duration latency = fault.clock.end(now());
  journal_.note(now(), kResolved, fault.serial);
  if (counted) {
    setting_.metrics.fault_latency.record(latency);
    for (std::size_t stage = 0; stage < kFaultStages; ++stage) {
      setting_.metrics.stages[stage].record(fault.clock.spent(static_cast<FaultStage>(stage)));
    }
  }
  release_record(fault);
}

void Device::answered(const GroupResponse& response) {
  const bool known = pri_.receive(response);
  ENSURE_IN(setting_.path, known, "no response comes for a group that is not outstanding");
}

// The answer waits until every use of the translation has ended (VT-d 7.7).
sim::Process Device::invalidate(DeviceInvalidation request) {
  for (std::uint32_t context = 0; context < spec_.contexts; ++context) {
    atc_.invalidate(cache_tag(context), request.first.value, request.pages);
    misses_.revoke(context, request.first, request.pages);
  }
  journal_.note(now(), kInvalidated, request.first.value);
  ++timers_;
  const sim::Time moved = engine_free_;
  const std::uint64_t uses = transfers_begun_;
  while (transferred_ < uses) co_await transfer_ended_.wait();
  const sim::Time used = std::max({moved, last_use_, now()});
  const sim::Time unused = used + invalidation_(invalidation_stream_);
  co_await setting_.simulation.delay(unused - now(), {"uses to end", setting_.path.c_str()});
  --timers_;
  if (spec_.ats.ignores_invalidations) co_return;
  up_.send(now(), DeviceInvalidationDone{setting_.index, request.itag});
}

std::optional<Pasid> Device::pasid_of(std::uint32_t context) const {
  if (!setting_.pasids) return std::nullopt;
  return Pasid{context + 1};
}

}  // namespace faultpath::models
