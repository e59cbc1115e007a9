// Translating the pages of one operation, and asking for those that are missing.
#include <algorithm>
#include <utility>

#include "models/device/device.hpp"
#include "sim/ensure.hpp"
#include "sim/overloaded.hpp"

namespace faultpath::models {
namespace {

/// Accesses of one operation that an interconnect keeps in flight without ATS (assumed).
constexpr std::uint32_t kAccessesInFlight = 64;

constexpr EntryKind kDropped{4, "operation dropped"};
constexpr EntryKind kInvalidated{5, "translation invalidated"};

}  // namespace

void Device::receive(const DownMessage& message) {
  lookahead_.interfere();
  std::visit(sim::Overloaded{[this](const AtsCompletion& completion) { complete(completion); },
                             [this](const GroupResponse& response) { answered(response); },
                             [this](const DeviceInvalidation& request) {
                               setting_.simulation.start(invalidate(request),
                                                         setting_.path.c_str());
                             },
                             [](const BackupRingDoorbell& doorbell) { doorbell.waiting->raise(); }},
             message);
}

// `page` is the first page of the operation that has missed. A hit ahead of the clock is issued at
// its own time, all that follows happens at the clock's.
sim::Process Device::serve(Attempt attempt, IovaPage page) {
  const bool counted = setting_.window.covers(attempt.issued);
  const std::uint32_t epoch = epoch_;
  const IovaPage last = last_page(attempt.operation);
  IovaPage uncounted = page + 1;
  sim::Time at = std::max(attempt.issued, now());
  Course course = Course::on;
  while (course == Course::on && page <= last) {
    TranslationWindow window;
    window.epoch = epoch;
    page = collect(window, attempt, page, uncounted);
    if (window.count > 0) {
      request(window, attempt.operation, counted, at);
      co_await window.complete.wait({"ATS completion", setting_.path.c_str()});
      if (counted) setting_.latencies.translation_latency.record(now() - at);
      course = after_wait(attempt, epoch);
      const bool faults = course == Course::on && window.denied > 0;
      if (faults) course = denied(attempt, window);
      if (faults && course != Course::failed) {
        begin_faulting(window);
        const bool granted = co_await resolve(window, attempt, counted, at);
        if (course == Course::on) course = after_wait(attempt, epoch);
        if (!granted && course == Course::on) course = Course::failed;
      }
      settle(window, epoch == epoch_);
    } else if (page <= last) {  // another operation is already asking for it
      Miss& other = *misses_.find(attempt.context, page);
      if (other.window->faulting && !other.granted) course = react(attempt, at);
      if (course != Course::on) break;
      co_await lookahead_.wait_for(other.settled);
      course = after_wait(attempt, epoch);
    }
    at = now();
  }
  if (course == Course::interrupted) {
    setting_.simulation.start(reissue(std::move(attempt)), setting_.path.c_str());
    co_return;
  }
  if (attempt.diverted && course == Course::on) co_await copy_back(attempt);
  if (course == Course::handed_over) {
    attempt.waiting.release();
    co_return advance();
  }
  conclude(std::move(attempt), course, std::max(at, now()));
}

void Device::conclude(Attempt attempt, Course course, sim::Time at) {
  const bool served = course == Course::on;
  if (attempt.diverted) reaction_->release();
  if (course == Course::failed) journal_.note(at, kDropped, attempt.operation.address.value);
  if (attempt.diverted && served) {
    completed({attempt.issued, attempt.context, attempt.operation.bytes, false}, at);
  } else {
    finish(attempt, served ? attempt.operation.bytes : 0, at);
  }
  attempt.waiting.release();
  advance();
}

// Takes misses from `page` on, up to the size of a group; returns the page to go on with. Pages
// from `uncounted` on have not been looked up before.
IovaPage Device::collect(TranslationWindow& window, const Attempt& attempt, IovaPage page,
                         IovaPage& uncounted) {
  const Operation& operation = attempt.operation;
  const std::uint32_t context = attempt.context;
  const bool counted = setting_.window.covers(attempt.issued);
  const IovaPage last = last_page(operation);
  const std::uint32_t most = setting_.untranslated ? kAccessesInFlight : spec_.pri.group;
  for (; page <= last && window.count < most; page = page + 1) {
    const bool hit = lookup(operation, context, page);
    if (page >= uncounted) {
      count_access(hit, counted);
      uncounted = page + 1;
    }
    if (hit) continue;
    if (!setting_.untranslated) {
      const Miss* const known = misses_.find(context, page);
      if (known != nullptr && known->window == &window) continue;  // of the same unit
      if (known != nullptr) break;
    }
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
      miss->counted = counted;
      miss->asked = Miss::Asked::along;
      if (spec_.ats.translations_per_request == 1) ask_from(*miss, at);
    }
  }
  window.denied = 0;
  if (spec_.ats.translations_per_request > 1) request_several(window, at);
}

void Device::ask_from(Miss& miss, sim::Time at) {
  miss.asked = Miss::Asked::itself;
  stats_.ats_requests += miss.counted;
  up_.send(at, AtsRequest{setting_.index, miss.tag, unit_of(miss.page), pasid_of(miss.context),
                          miss.translation.permissions.write,
                          static_cast<std::uint8_t>(spec_.ats.translations_per_request)});
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
  answer(miss, completion);
  if (spec_.ats.translations_per_request > 1 && !setting_.untranslated) spread(miss, completion);
  if (window.unanswered == 0) window.complete.raise();
}

void Device::answer(Miss& miss, const AtsCompletion& completion) {
  TranslationWindow& window = *miss.window;
  const bool write = miss.translation.permissions.write;
  miss.granted = write ? completion.writable : completion.readable;
  miss.revoked = false;
  const bool less_than_a_unit = completion.page_bits < kPageBits + unit_shift_;
  if (setting_.untranslated) end_access(miss, completion);
  if (miss.granted && less_than_a_unit) {  // against the rules of PCIe 10.5.1: not to be used
    miss.granted = false;
    window.refused = true;
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
  miss.asked = Miss::Asked::no;
  --window.unanswered;
}

// An access is a fault when it has stalled, or when it is terminated instead. What a reset has cut
// short begins again.
void Device::end_access(Miss& miss, const AtsCompletion& completion) {
  FaultRecord& fault = *miss.fault;
  if (!completion.stalled && !completion.terminated) return release_record(fault);
  setting_.stop.fault_begun(now());
  if (!completion.terminated) return end_fault(fault, miss.counted);
  const bool cut_short = miss.window->epoch != epoch_;
  cut_short ? release_record(fault) : refuse_fault(fault, miss.counted);
}

// What was translated before a reset is not kept.
void Device::settle(TranslationWindow& window, bool keep) {
  for (Miss* miss = window.first; miss != nullptr;) {
    Miss* const next = miss->next;
    if (keep && miss->granted && !miss->revoked && !setting_.untranslated) {
      atc_.insert(miss->translation);
      if (spec_.reports_access) setting_.strategy.used(setting_.space, miss->page);
    }
    misses_.remove(*miss);
    lookahead_.notify(miss->settled);
    miss = next;
  }
}

// The answer waits until every use of the translation has ended (VT-d 7.7).
sim::Process Device::invalidate(DeviceInvalidation request) {
  for (std::uint32_t context = 0; context < spec_.contexts; ++context) {
    atc_.invalidate(cache_tag(context), request.first.value, request.pages);
    misses_.revoke(context, request.first, request.pages);
  }
  journal_.note(now(), kInvalidated, request.first.value);
  auto hold = lookahead_.hold();
  const sim::Time moved = engine_free_;
  const std::uint64_t uses = transfers_begun_;
  while (transferred_ < uses) co_await transfer_ended_.wait();
  const sim::Time used = std::max({moved, last_use_, now()});
  const sim::Time unused = used + invalidation_(invalidation_stream_);
  co_await setting_.simulation.delay(unused - now(), {"uses to end", setting_.path.c_str()});
  hold.release();
  if (spec_.ats.ignores_invalidations) co_return;
  up_.send(now(), DeviceInvalidationDone{setting_.index, request.itag});
}

std::optional<Pasid> Device::pasid_of(std::uint32_t context) const {
  if (!setting_.pasids) return std::nullopt;
  return Pasid{context + 1};
}

}  // namespace faultpath::models
