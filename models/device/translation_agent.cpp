// Asking for translations, and what completions and invalidations do to those that are kept.
#include "models/device/translation_agent.hpp"

#include <algorithm>

#include "models/device/dma_engine.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kInvalidated{5, "translation invalidated"};

/// Accesses of one operation that an interconnect keeps in flight without ATS (assumed).
constexpr std::uint32_t kAccessesInFlight = 64;

std::uint32_t expected_misses(const DeviceSpec& spec) {
  const std::uint64_t operations =
      std::uint64_t{spec.workload.queue_depth.value_or(64)} * spec.contexts;
  constexpr std::uint64_t kMost = 1U
                                  << 16;  // that a table is made for; below 2^28 operations * 2^32
  return static_cast<std::uint32_t>(std::min(std::min(operations, kMost) * spec.pri.group, kMost));
}

}  // namespace

TranslationAgent::TranslationAgent(FunctionContext& function, const Neighbours& neighbours)
    : function_(function),
      misses_(expected_misses(function.spec), function.spec.ats.unit_order(function.page_size)),
      atc_(function.spec.ats.entries, function.spec.ats.ways),
      unit_shift_(function.spec.ats.unit_order(function.page_size)),
      observer_(neighbours.observer),
      service_(neighbours.service),
      faults_(neighbours.faults),
      lookahead_(neighbours.lookahead),
      up_(neighbours.up),
      engine_(neighbours.engine),
      invalidation_(function.spec.ats.invalidation),
      invalidation_stream_(function.stream("invalidation")) {}

void TranslationAgent::report_use(std::uint32_t context, IovaPage page) {
  observer_->used(function_.pasid_of(context), page);
}

IovaPage TranslationAgent::collect(TranslationWindow& window, const Attempt& attempt, IovaPage page,
                                   IovaPage& uncounted) {
  const Operation& operation = attempt.operation;
  const std::uint32_t context = attempt.context;
  const bool counted = function_.window.covers(attempt.issued);
  const IovaPage last = operation.last_page(function_.page_size);
  const std::uint32_t most = function_.untranslated ? kAccessesInFlight : function_.most_pages;
  for (; page <= last && window.count < most; page = page + 1) {
    const bool hit = lookup(operation, context, page);
    if (page >= uncounted) {
      if (counted) count_accesses(hit, !hit);
      uncounted = page + 1;
    }
    if (hit) continue;
    if (!function_.untranslated) {
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

void TranslationAgent::request(TranslationWindow& window, const Operation& operation, bool counted,
                               sim::Time at) {
  for (Miss* miss = window.first; miss != nullptr; miss = miss->next) {
    if (miss->granted) continue;
    ++window.unanswered;
    miss->translation.permissions.write = operation.write;  // what is needed
    if (function_.untranslated) {
      send_access(*miss, counted, at);
    } else {
      miss->counted = counted;
      miss->asked = Miss::Asked::along;
      if (!asks_for_several()) ask_from(*miss, at);
    }
  }
  window.denied = 0;
  if (asks_for_several()) request_several(window, at);
}

// One request asks for as many units, from its page on. Misses of the window that lie among them
// need no request of their own: they go along.
void TranslationAgent::request_several(TranslationWindow& window, sim::Time at) {
  const std::uint64_t reach = std::uint64_t{function_.spec.ats.translations_per_request}
                              << unit_shift_;
  std::uint64_t end = 0;
  for (Miss* miss = window.first; miss != nullptr; miss = miss->next) {
    if (miss->asked != Miss::Asked::along || miss->page.value < end) continue;
    ask_from(*miss, at);
    end = unit_of(miss->page).value + reach;
  }
}

void TranslationAgent::ask_from(Miss& miss, sim::Time at) {
  miss.asked = Miss::Asked::itself;
  function_.stats.ats_requests += miss.counted;
  up_.send(at, AtsRequest{function_.index, miss.tag, unit_of(miss.page),
                          function_.pasid_of(miss.context), miss.translation.permissions.write,
                          static_cast<std::uint8_t>(function_.spec.ats.translations_per_request)});
}

// An untranslated access may fault on its way, so it carries the record of a fault.
void TranslationAgent::send_access(Miss& miss, bool counted, sim::Time at) {
  miss.fault = faults_.take(at);
  miss.counted = counted;
  UntranslatedAccess access;
  access.device = function_.index;
  access.tag = miss.tag;
  access.page = miss.page;
  access.pasid = function_.pasid_of(miss.context);
  access.write = miss.translation.permissions.write;
  access.counted = counted;
  access.fault = miss.fault;
  up_.send(at, access);
}

void TranslationAgent::complete(const AtsCompletion& completion) {
  Miss& miss = misses_.at(completion.tag);
  TranslationWindow& window = *miss.window;
  answer(miss, completion);
  if (asks_for_several() && !function_.untranslated) spread(miss, completion);
  if (window.unanswered == 0) window.complete.raise();
}

void TranslationAgent::answer(Miss& miss, const AtsCompletion& completion) {
  TranslationWindow& window = *miss.window;
  const bool write = miss.translation.permissions.write;
  miss.granted = write ? completion.writable : completion.readable;
  miss.revoked = false;
  if (function_.untranslated) end_access(miss, completion);
  if (miss.granted && !is_usable(completion)) {  // against the rules of PCIe 10.5.1
    miss.granted = false;
    window.refused = true;
  }
  if (miss.granted) {
    miss.translation = {miss.page.value,
                        function_.cache_tag(miss.context),
                        completion.order,
                        {completion.readable, completion.writable}};
  } else {
    ++window.denied;
    window.refused |= completion.refused;
  }
  miss.asked = Miss::Asked::no;
  --window.unanswered;
}

// An access has faulted if it has stalled or has been terminated. One that a reset has cut short is
// no fault that ends here: its operation begins again.
void TranslationAgent::end_access(Miss& miss, const AtsCompletion& completion) {
  const FaultId fault = miss.fault;
  if (!completion.stalled && !completion.terminated) return faults_.release(fault);
  faults_.count_begin();
  if (!completion.terminated) return faults_.end(fault, miss.counted);
  const bool cut_short = miss.window->epoch != service_.epoch();
  cut_short ? faults_.release(fault) : faults_.refuse(fault, miss.counted);
}

// The translations of a completion follow each other, from that of `first` on. The first miss that
// has gone along and is not among them is asked for by a request of its own.
void TranslationAgent::spread(Miss& first, const AtsCompletion& completion) {
  const unsigned shift = std::max<unsigned>(completion.order, unit_shift_);
  const std::uint64_t begin = first.page.value >> shift << shift;
  const std::uint64_t end = begin + (std::uint64_t{completion.translations} << shift);
  for (Miss* miss = first.next; miss != nullptr; miss = miss->next) {
    if (miss->asked == Miss::Asked::itself) break;
    if (miss->asked == Miss::Asked::no) continue;
    if (miss->page.value >= end) {
      ask_from(*miss, function_.now());
      break;
    }
    answer(*miss, completion);
  }
  keep_others(first, completion);
}

// Translations that the operation does not need are kept in the cache for others.
void TranslationAgent::keep_others(const Miss& first, const AtsCompletion& completion) {
  const bool current = first.window->epoch == service_.epoch();
  if (!completion.readable || !is_usable(completion) || !current) return;
  const unsigned shift = completion.order;
  const std::uint64_t begin = first.page.value >> shift << shift;
  for (std::uint64_t i = 0; i < completion.translations; ++i) {
    const IovaPage page{begin + (i << shift)};
    if (misses_.find(first.context, page) != nullptr) continue;
    atc_.insert({page.value,
                 function_.cache_tag(first.context),
                 completion.order,
                 {completion.readable, completion.writable}});
  }
}

// A translation that has been invalidated meanwhile is not kept.
void TranslationAgent::settle(TranslationWindow& window, bool keep) {
  for (Miss* miss = window.first; miss != nullptr;) {
    Miss* const next = miss->next;
    if (keep && miss->granted && !miss->revoked && !function_.untranslated) {
      atc_.insert(miss->translation);
      if (observer_ != nullptr) report_use(miss->context, miss->page);
    }
    misses_.remove(*miss);
    lookahead_.notify(miss->settled);
    miss = next;
  }
}

sim::Process TranslationAgent::invalidate(DeviceInvalidation request) {
  for (std::uint32_t context = 0; context < function_.spec.contexts; ++context) {
    if (request.pasid && request.pasid != function_.pasid_of(context)) continue;
    atc_.invalidate(function_.cache_tag(context), request.first.value, request.pages);
    misses_.revoke(context, request.first, request.pages);
  }
  function_.journal.note(function_.now(), kInvalidated, request.first.value);
  auto hold = lookahead_.hold();
  const DmaEngine::Uses uses = engine_.uses();
  while (!engine_.have_ended(uses)) co_await engine_.use_ended().wait();
  const sim::Time used = std::max(engine_.last_of(uses), function_.now());
  const sim::Time unused = used + invalidation_(invalidation_stream_);
  co_await function_.simulation.delay(unused - function_.now(), {"uses to end", function_.name()});
  hold.release();
  if (function_.spec.ats.ignores_invalidations) co_return;
  up_.send(function_.now(), DeviceInvalidationDone{function_.index, request.itag});
}

}  // namespace faultpath::models
