// What happens to a device from outside in mid-run: function level resets, and the end of a PASID.
#include <algorithm>

#include "models/device/device.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kReset{6, "reset"};
constexpr EntryKind kInService{7, "in service again"};
constexpr EntryKind kContextStopped{8, "context stopped"};

}  // namespace

// A reset while the function is out of service is part of the one before.
sim::Process Device::undergo_incidents() {
  for (const Incident& incident : setting_.incidents) {
    const sim::Time at = epoch_start_ + incident.at;
    const bool reset_already = incident.kind == Incident::Kind::reset && at < now();
    if (reset_already || incident.kind == Incident::Kind::none) continue;
    const bool over = co_await ended_.wait_until(at);
    if (over || winding_down_) co_return;
    if (incident.kind == Incident::Kind::stop) {
      stop_context(incident);
    } else {
      co_await reset(incident);
    }
  }
}

// Forgets what it asked for, replenishes its credits, and discards answers that still come (VT-d
// 7.9). Software drains before the function is used again: then these have come, but for those that
// nobody gives. Transfers that have begun end; operations that waited for pages are given to it
// again.
sim::Task<> Device::reset(const Incident& incident) {
  journal_.note(now(), kReset, epoch_);
  ++epoch_;
  auto hold = lookahead_.hold();
  out_of_service_ = true;
  for (std::uint32_t context = 0; context < spec_.contexts; ++context) {
    atc_.invalidate_tag(cache_tag(context));
  }
  pri_->forget(function_);
  if (incident.interface) pri_->disable();  // its virtual functions are reset at the same time
  co_await setting_.simulation.delay(incident.duration, {"function level reset", ""});
  if (setting_.software != nullptr) {
    const Originator function{setting_.index};
    co_await setting_.software->quiesce(function);
    pri_->abandon(function_);
  }
  while (pri_->stale(function_) > 0) co_await pri_->drained().wait();
  if (incident.interface) {
    pri_->reset_counters();
    const bool enabled = pri_->enable(spec_.pri.allocation);
    ENSURE(enabled, "a reset has stopped the interface");
  }
  while (!pri_->enabled()) co_await pri_->enabling().wait();
  hold.release();
  out_of_service_ = false;
  journal_.note(now(), kInService, epoch_);
  lookahead_.notify(service_);
  advance();
}

// No operation of the context begins any more. With a marker, what it waits for becomes stale and
// it ends at once; without, it waits for its answers (PCIe 10.4.1.2).
void Device::stop_context(const Incident& incident) {
  lookahead_.interfere();
  stop_issuing(incident.context);
  const Pasid pasid = pasid_of(incident.context).value_or(Pasid{});
  const Requester who{function_, pasid};
  if (incident.marker) {
    pri_->retire(who);
    send_stop_marker(pasid);
  } else {
    pri_->refuse(who);
  }
  if (setting_.software != nullptr) {
    setting_.simulation.start(drain(incident.context), setting_.path.c_str());
  }
  advance();
}

// It also lets go of its translations, so that software's invalidation has only to order.
void Device::stop_issuing(std::uint32_t context) {
  if (stopped_contexts_.empty()) stopped_contexts_.resize(spec_.contexts);
  stopped_contexts_[context] = true;
  if (setting_.pasids) atc_.invalidate_tag(cache_tag(context));
  journal_.note(now(), kContextStopped, context);
}

sim::Process Device::drain(std::uint32_t context) {
  auto hold = lookahead_.hold();
  auto busy = lookahead_.expect();  // the device has not ended
  co_await drain_now(context);
  hold.release();
  busy.release();
  advance();
}

sim::Task<> Device::drain_now(std::uint32_t context) {
  const Originator who{setting_.index, pasid_of(context)};
  co_await setting_.software->quiesce(who);
  pri_->abandon({function_, who.pasid.value_or(Pasid{})});
}

// The work is done, so nothing is outstanding: with a marker or without, they stop at once.
sim::Task<> Device::stop_all() {
  for (std::uint32_t context = 0; context < spec_.contexts; ++context) {
    if (is_stopped(context)) continue;
    stop_issuing(context);
    if (spec_.stop_at_end == StopAtEnd::marker)
      send_stop_marker(pasid_of(context).value_or(Pasid{}));
    if (setting_.software != nullptr) co_await drain_now(context);
  }
}

// Last, neither read nor write, with the PASID: it takes no credit and no index, and stays behind
// the page requests that have been sent (PCIe 10.4.1.2.1).
void Device::send_stop_marker(Pasid pasid) {
  PageRequest marker;
  marker.device = setting_.index;
  marker.pasid = pasid;
  marker.last = true;
  up_.send(now(), marker);
}

}  // namespace faultpath::models
