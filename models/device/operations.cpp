// The story of one operation, and what happens when a page of it is absent.
#include "models/device/operations.hpp"

#include <algorithm>
#include <utility>

#include "models/device/dma_engine.hpp"
#include "models/device/dma_gate.hpp"
#include "models/device/fault_agent.hpp"
#include "models/device/issuer.hpp"
#include "models/device/translation_agent.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kIssued{1, "operation"};
constexpr EntryKind kDropped{4, "operation dropped"};

}  // namespace

Operations::Operations(FunctionContext& function, const Neighbours& neighbours)
    : function_(function),
      translation_(neighbours.translation),
      engine_(neighbours.engine),
      faults_(neighbours.faults),
      service_(neighbours.service),
      lookahead_(neighbours.lookahead),
      gate_(neighbours.gate),
      issuer_(neighbours.issuer),
      up_(neighbours.up),
      down_(neighbours.down),
      services_(neighbours.services),
      connections_(function.spec.contexts),
      notice_(faults_.diversion().notice),
      notice_stream_(function.stream("backup ring notice")),
      copy_bandwidth_(faults_.diversion().copy_bandwidth) {}

bool Operations::begin(const Operation& operation, const IssueSchedule::Slot& slot, sim::Time at) {
  function_.journal.note(at, kIssued, operation.address.value);
  if (gate_.has_policy()) {
    pass_gate(operation, slot);
    return false;
  }
  const sim::Time sent = connections_.transmitted(slot.context, at);
  if (sent > at) {  // the receiver does not take it now
    function_.start(hold_back({.operation = operation,
                               .context = slot.context,
                               .issued = slot.at,
                               .waiting = lookahead_.expect()},
                              sent));
    return false;
  }
  const bool counted = function_.window.covers(slot.at);
  const IovaPage missed = translation_.skip_hits(operation, slot.context, counted);
  if (missed > operation.last_page(function_.page_size)) {
    engine_.move({slot.at, slot.context, operation.bytes}, at);
    return true;
  }
  miss(operation, slot, missed);
  return false;
}

void Operations::pass_gate(const Operation& operation, const IssueSchedule::Slot& slot) {
  function_.start(pass_gate({.operation = operation,
                             .context = slot.context,
                             .issued = slot.at,
                             .waiting = lookahead_.expect()}));
}

// A reset or the end of the context may come while software prepares the operation.
sim::Process Operations::pass_gate(Attempt attempt) {
  const bool may_begin = co_await gate_.enter(attempt);
  if (!may_begin) co_return conclude(std::move(attempt), Course::failed, function_.now());
  if (!service_.in_service()) co_return function_.start(reissue(std::move(attempt)));
  begin_again(std::move(attempt));
}

// Apart from begin(), whose path for hits is the most frequent of a device.
void Operations::miss(const Operation& operation, const IssueSchedule::Slot& slot, IovaPage page) {
  function_.start(serve({.operation = operation,
                         .context = slot.context,
                         .issued = slot.at,
                         .waiting = lookahead_.expect()},
                        page));
}

// The story of an operation from the first page that has missed, `page`. If it was issued ahead of
// the clock its first requests are sent at its own time. All that follows happens at the clock's.
sim::Process Operations::serve(Attempt attempt, IovaPage page) {
  const bool counted = function_.window.covers(attempt.issued);
  const std::uint32_t epoch = service_.epoch();
  IovaPage uncounted = page + 1;
  sim::Time at = std::max(attempt.issued, function_.now());
  Course course = Course::on;
  const IovaPage last = attempt.operation.last_page(function_.page_size);
  while (course == Course::on && page <= last) {
    TranslationWindow window;
    window.epoch = epoch;
    page = translation_.collect(window, attempt, page, uncounted);
    if (window.count > 0) {
      translation_.request(window, attempt.operation, counted, at);
      co_await window.complete.wait({"ATS completion", function_.name()});
      if (counted) function_.latencies.translation_latency.record(function_.now() - at);
      course = service_.after_wait(attempt.context, epoch);
      const bool absent = course == Course::on && window.denied > 0;
      if (absent) course = denied(attempt, window);
      if (absent && course != Course::failed) {
        faults_.begin(window);
        const bool granted = co_await faults_.resolve(window, attempt, counted, at);
        if (course == Course::on) course = service_.after_wait(attempt.context, epoch);
        if (course == Course::on && !granted) course = Course::failed;
        if (!granted && attempt.refused && epoch == service_.epoch()) *attempt.refused = true;
      }
      translation_.settle(window, epoch == service_.epoch());
    } else if (page <= last) {  // another operation already asks for it
      Miss& other = translation_.miss_of(attempt.context, page);
      if (other.window->faulting && !other.granted) course = react(attempt, at);
      if (course != Course::on) break;
      co_await lookahead_.wait_for(other.settled);
      course = service_.after_wait(attempt.context, epoch);
    }
    at = function_.now();
  }
  if (course == Course::interrupted) {
    function_.start(reissue(std::move(attempt)));
    co_return;
  }
  if (course == Course::handed_over) {
    attempt.waiting.release();
    co_return issuer_.advance();
  }
  if (attempt.diverted && course == Course::on) co_await copy_back(attempt);
  conclude(std::move(attempt), course, std::max(at, function_.now()));
}

// The pages of an operation have translated at `at`, or it has failed. Its transfer begins, unless
// the host has copied its data out of the backup ring.
void Operations::conclude(Attempt attempt, Course course, sim::Time at) {
  const bool served = course == Course::on;
  const std::uint32_t bytes = served ? attempt.operation.bytes : 0;
  if (attempt.ticket != DmaTicket::none) gate_.keep(attempt);
  const Transfer transfer{.issued = attempt.issued,
                          .context = attempt.context,
                          .bytes = bytes,
                          .ticket = attempt.ticket};
  if (attempt.diverted) faults_.release_diverted();
  if (!served) function_.journal.note(at, kDropped, attempt.operation.address.value);
  if (attempt.diverted && served) {
    engine_.complete(transfer, at);
  } else {
    engine_.move(transfer, at);
  }
  attempt.waiting.release();
  issuer_.advance();
}

// A translation has come without permission. The operation fails where no page can be asked for.
Course Operations::denied(Attempt& attempt, const TranslationWindow& window) {
  if (window.refused) return Course::failed;  // Unsupported Request
  if (function_.untranslated) return Course::failed;
  if (!faults_.cannot_fault(window)) return react(attempt, function_.now());
  faults_.fail_unasked(attempt.issued);
  return Course::failed;
}

// `at` may lie ahead of the clock, when the operation runs into a page that is known to be absent.
Course Operations::react(Attempt& attempt, sim::Time at) {
  if (attempt.diverted) return Course::on;
  switch (faults_.choose(attempt.operation)) {
    case Reaction::wait:
      return Course::on;
    case Reaction::divert:
      divert(attempt, at);
      return Course::on;
    case Reaction::drop:
      lose(attempt, at);
      return Course::handed_over;
    case Reaction::abort:
      faults_.fail_unasked(attempt.issued);
      return Course::failed;
  }
  return Course::failed;
}

// Its sender finds out by a timeout, or because the receiver says so.
void Operations::lose(Attempt& attempt, sim::Time at) {
  const Retransmission how = faults_.retransmission();
  sim::Time next = at + how.timeout;
  if (how.recovery == Recovery::go_back_n) next = connections_.lose(attempt.context, at, next);
  if (how.told && !attempt.refused) attempt.refused = std::make_shared<bool>(false);
  function_.start(retransmit(again(attempt), next));
}

// A copy of the operation for another process; the one of `attempt` goes on asking for its pages.
Attempt Operations::again(const Attempt& attempt) {
  return {.operation = attempt.operation,
          .context = attempt.context,
          .issued = attempt.issued,
          .retransmissions = attempt.retransmissions,
          .ticket = attempt.ticket,
          .waiting = lookahead_.expect(),
          .refused = attempt.refused};
}

// The sender's timeout has passed, and it transmits the operation again, or gives it up. Of a page
// that has been refused it hears with the next try, which comes to nothing.
sim::Process Operations::retransmit(Attempt attempt, sim::Time at) {
  co_await lookahead_.until(at, {"retransmission", function_.name()});
  const bool counted = function_.window.covers(attempt.issued);
  function_.stats.timeouts += counted;
  const bool in_vain = attempt.refused && *attempt.refused;
  if (in_vain || attempt.retransmissions == faults_.retransmission().most) {
    conclude(std::move(attempt), Course::failed, function_.now());
    co_return;
  }
  ++attempt.retransmissions;
  function_.stats.retransmissions += counted;
  transmit_again(std::move(attempt));
}

// What has been sent behind a packet that is lost goes again behind it.
sim::Process Operations::hold_back(Attempt attempt, sim::Time until) {
  co_await lookahead_.until(until, {"retransmission", function_.name()});
  function_.stats.retransmissions += function_.window.covers(attempt.issued);
  transmit_again(std::move(attempt));
}

void Operations::transmit_again(Attempt attempt) {
  if (service_.in_service()) {
    begin_again(std::move(attempt));
  } else {
    function_.start(reissue(std::move(attempt)));
  }
}

// When the function is in service again its driver gives it the operation that the reset has cut
// short.
sim::Process Operations::reissue(Attempt attempt) {
  while (!service_.in_service()) co_await lookahead_.wait_for(service_.again_in_service());
  begin_again(std::move(attempt));
}

void Operations::begin_again(Attempt attempt) {
  if (service_.is_stopped(attempt.context)) {
    return conclude(std::move(attempt), Course::failed, function_.now());
  }
  const bool counted = function_.window.covers(attempt.issued);
  const IovaPage missed = translation_.skip_hits(attempt.operation, attempt.context, counted);
  if (missed > attempt.operation.last_page(function_.page_size) && !attempt.diverted) {
    conclude(std::move(attempt), Course::on, function_.now());
  } else {
    function_.start(serve(std::move(attempt), missed));
  }
}

void Operations::divert(Attempt& attempt, sim::Time at) {
  engine_.move({attempt.issued, attempt.context, attempt.operation.bytes, true}, at);
  attempt.diverted = true;
  attempt.stored = engine_.free() + engine_.links().latency;
}

// The device tells the host that the pages are there; a thread copies, and rings the doorbell.
sim::Task<> Operations::copy_back(const Attempt& attempt) {
  const sim::Duration none{};  // without links that are shared
  const DeviceLinks& links = engine_.links();
  const sim::Duration up = std::max(links.latency - links.up.latency, none) + up_.shortest();
  const sim::Duration down = std::max(links.latency - links.down.latency, none);
  const sim::Time now = function_.now();
  const sim::Time noticed = std::max(attempt.stored, now + up);
  const sim::Duration delay = noticed - now + notice_(notice_stream_);
  co_await function_.simulation.delay(delay, {"host's notice", function_.name()});
  co_await services_->copy_out(attempt.operation.bytes, copy_bandwidth_);
  co_await function_.simulation.delay(down, {"doorbell", function_.name()});
  Copy& copy = copies_.take();
  down_.send(function_.now(), BackupRingDoorbell{copies_.number_of(copy)});
  co_await copy.rung.wait({"doorbell", function_.name()});
  copies_.give(copy);
}

}  // namespace faultpath::models
