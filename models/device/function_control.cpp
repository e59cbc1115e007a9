// Function level resets, the end of a PASID, and the end of the function's work.
#include "models/device/function_control.hpp"

#include <algorithm>
#include <utility>

#include "models/device/dma_engine.hpp"
#include "models/device/fault_agent.hpp"
#include "models/device/issuer.hpp"
#include "models/device/translation_agent.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kReset{6, "reset"};
constexpr EntryKind kInService{7, "in service again"};
constexpr EntryKind kContextStopped{8, "context stopped"};

}  // namespace

FunctionControl::FunctionControl(FunctionContext& function, const Neighbours& neighbours,
                                 std::vector<Incident> incidents)
    : function_(function),
      service_(neighbours.service),
      translation_(neighbours.translation),
      faults_(neighbours.faults),
      engine_(neighbours.engine),
      issuer_(neighbours.issuer),
      lookahead_(neighbours.lookahead),
      pri_(neighbours.pri),
      up_(neighbours.up),
      services_(neighbours.services),
      incidents_(std::move(incidents)) {}

void FunctionControl::start(sim::Handler finished) {
  finished_ = finished;
  epoch_ = function_.now();
  for (const Incident& incident : incidents_) lookahead_.announce(epoch_ + incident.at);
  if (!incidents_.empty()) function_.start(undergo_incidents());
}

// A reset that is due while the function is out of service is left out: the one before still lasts.
sim::Process FunctionControl::undergo_incidents() {
  for (const Incident& incident : incidents_) {
    const sim::Time at = epoch_ + incident.at;
    const bool reset_already = incident.kind == Incident::Kind::reset && at < function_.now();
    if (reset_already || incident.kind == Incident::Kind::none) continue;
    const bool over = co_await ended_.wait_until(at);
    if (over || service_.ending()) co_return;
    if (incident.kind == Incident::Kind::reset && !service_.in_service()) continue;
    if (incident.kind == Incident::Kind::stop) {
      stop_context(incident);
    } else {
      co_await reset(incident);
    }
  }
}

void FunctionControl::reset_now(bool interface) {
  if (!service_.in_service() || service_.ending()) return;
  function_.start(undergo({.kind = Incident::Kind::reset,
                           .interface = interface,
                           .duration = function_.spec.reset.length()}));
}

sim::Process FunctionControl::undergo(Incident incident) {
  auto busy = lookahead_.expect();  // the function does not end meanwhile
  co_await reset(incident);
  busy.release();
  issuer_.advance();
}

void FunctionControl::give_up() {
  service_.give_up();
  lookahead_.interfere();
  pri_.give_up(faults_.number());
  issuer_.advance();
}

// The function forgets its page requests, gets its credits back, and discards answers that still
// come (VT-d 7.9). Software drains before it uses the function again: then every answer has come
// that will be given. Transfers that have begun end. Operations that waited for pages begin again.
sim::Task<> FunctionControl::reset(const Incident& incident) {
  function_.journal.note(function_.now(), kReset, service_.epoch());
  auto hold = lookahead_.hold();
  service_.begin_reset();
  for (std::uint32_t context = 0; context < function_.spec.contexts; ++context) {
    translation_.forget(context);
  }
  pri_.forget(faults_.number());
  if (incident.interface) pri_.disable();  // its virtual functions are reset at the same time
  co_await function_.simulation.delay(incident.duration, {"function level reset", ""});
  if (services_ != nullptr) {
    const Originator function{function_.index};
    co_await services_->quiesce(function);
    pri_.abandon(faults_.number());
  }
  while (pri_.stale(faults_.number()) > 0) co_await pri_.drained().wait();
  if (incident.interface) {
    pri_.reset_counters();
    const bool enabled = pri_.enable(function_.spec.pri.allocation);
    ENSURE(enabled, "a reset has stopped the interface");
  }
  while (!pri_.enabled()) co_await pri_.enabling().wait();
  hold.release();
  function_.journal.note(function_.now(), kInService, service_.epoch());
  service_.end_reset(lookahead_);
  issuer_.advance();
}

// No operation of the context begins any more. With a stop marker its outstanding groups become
// stale and its operations fail at once; without one they wait for their answers (PCIe 10.4.1.2).
void FunctionControl::stop_context(const Incident& incident) {
  lookahead_.interfere();
  stop_issuing(incident.context);
  const Requester who = faults_.requester(incident.context);
  if (incident.marker) {
    pri_.retire(who);
    send_stop_marker(incident.context);
  } else {
    pri_.refuse(who);
  }
  if (services_ != nullptr) function_.start(drain(incident.context));
  issuer_.advance();
}

// The context's translations are dropped here, so that no invalidation has to find them.
void FunctionControl::stop_issuing(std::uint32_t context) {
  service_.stop(context);
  if (function_.pasids) translation_.forget(context);
  function_.journal.note(function_.now(), kContextStopped, context);
}

// The function does not end while a context is drained.
sim::Process FunctionControl::drain(std::uint32_t context) {
  auto hold = lookahead_.hold();
  auto busy = lookahead_.expect();
  co_await drain_now(context);
  hold.release();
  busy.release();
  issuer_.advance();
}

// What has been given up stays so: the end of the run counts it.
sim::Task<> FunctionControl::drain_now(std::uint32_t context) {
  const Originator who{function_.index, function_.pasid_of(context)};
  co_await services_->quiesce(who);
  if (!service_.has_given_up()) pri_.abandon(faults_.requester(context));
}

// A stop marker is a page request with the PASID that is last and neither read nor write. It takes
// no credit and no index, and arrives behind the page requests that have been sent (PCIe
// 10.4.1.2.1).
void FunctionControl::send_stop_marker(std::uint32_t context) {
  PageRequest marker;
  marker.device = function_.index;
  marker.pasid = function_.pasid_of(context).value_or(Pasid{});
  marker.last = true;
  up_.send(function_.now(), marker);
}

void FunctionControl::settle_end() {
  if (lookahead_.expects() || !engine_.idle() || service_.ending() || !issuer_.has_nothing_left()) {
    return;
  }
  service_.end();
  function_.start(wind_down());
}

// Waits for the last transfer, and stops the PASIDs.
sim::Process FunctionControl::wind_down() {
  const sim::Time last = std::max(engine_.last_completion(), function_.now());
  co_await function_.simulation.delay(last - function_.now(), {"its last transfer", ""});
  if (function_.spec.stop_at_end != StopAtEnd::never) co_await stop_all();
  ended_.set();
  finished_.fire(finished_.target);
}

// All operations have ended, so no group is outstanding and each PASID stops at once.
sim::Task<> FunctionControl::stop_all() {
  for (std::uint32_t context = 0; context < function_.spec.contexts; ++context) {
    if (service_.is_stopped(context)) continue;
    stop_issuing(context);
    if (function_.spec.stop_at_end == StopAtEnd::marker) send_stop_marker(context);
    if (services_ != nullptr) co_await drain_now(context);
  }
}

}  // namespace faultpath::models
