// What becomes of an operation of which a page is absent: it waits, is dropped, diverted or
// aborted.
#include <algorithm>
#include <utility>

#include "models/cpu/worker.hpp"
#include "models/device/device.hpp"

namespace faultpath::models {

// Translations have come without permission. Where no page can be asked for, that is the end.
Device::Course Device::denied(Attempt& attempt, const TranslationWindow& window) {
  if (window.refused) return Course::failed;  // Unsupported Request
  if (setting_.untranslated) return Course::failed;
  return cannot_fault(window) ? fail_unasked(attempt) : react(attempt, now());
}

// One of the absent pages is one on which the device cannot fault.
bool Device::cannot_fault(const TranslationWindow& window) const {
  if (nonfaultable_.empty()) return false;
  for (const Miss* miss = window.first; miss != nullptr; miss = miss->next) {
    const auto holds = [&](const PageRange& range) { return range.contains(miss->page); };
    if (!miss->granted && std::ranges::any_of(nonfaultable_, holds)) return true;
  }
  return false;
}

// The fault begins and ends here.
Device::Course Device::fail_unasked(const Attempt& attempt) {
  setting_.stop.fault_begun(now());
  stats_.faults_fatal += setting_.window.covers(attempt.issued);
  return Course::failed;
}

// `at` may lie ahead of the clock, when the operation runs into a page that is known to be absent.
Device::Course Device::react(Attempt& attempt, sim::Time at) {
  if (attempt.diverted) return Course::on;
  const Reaction reaction = pri_->failed() ? Reaction::abort : reaction_->choose(attempt.operation);
  switch (reaction) {
    case Reaction::wait:
      return Course::on;
    case Reaction::divert:
      divert(attempt, at);
      return Course::on;
    case Reaction::drop:
      setting_.simulation.start(retransmit(again(attempt), at + spec_.drop.timeout),
                                setting_.path.c_str());
      return Course::handed_over;
    case Reaction::abort:
      return fail_unasked(attempt);
  }
  return Course::failed;
}

// The same operation for another process; this one still asks for its pages.
Attempt Device::again(const Attempt& attempt) {
  return {.operation = attempt.operation,
          .context = attempt.context,
          .issued = attempt.issued,
          .retransmissions = attempt.retransmissions,
          .waiting = lookahead_.expect()};
}

// Those who wait for one of its pages now know, and may not want to.
void Device::begin_faulting(TranslationWindow& window) {
  window.faulting = true;
  if (reaction_->always_waits()) return;
  for (Miss* miss = window.first; miss != nullptr; miss = miss->next) {
    lookahead_.notify(miss->settled);
  }
}

// The sender has waited in vain for what the operation would have led to.
sim::Process Device::retransmit(Attempt attempt, sim::Time at) {
  co_await lookahead_.until(at, {"retransmission", setting_.path.c_str()});
  stats_.timeouts += setting_.window.covers(attempt.issued);
  if (attempt.retransmissions == spec_.drop.retries) {
    conclude(std::move(attempt), Course::failed, now());
    co_return;
  }
  ++attempt.retransmissions;
  if (out_of_service_) {
    setting_.simulation.start(reissue(std::move(attempt)), setting_.path.c_str());
  } else {
    begin_again(std::move(attempt));
  }
}

// Its driver gives the function again, once it is in use, what a reset has taken from it.
sim::Process Device::reissue(Attempt attempt) {
  while (out_of_service_) co_await lookahead_.wait_for(service_);
  begin_again(std::move(attempt));
}

void Device::begin_again(Attempt attempt) {
  if (is_stopped(attempt.context)) return conclude(std::move(attempt), Course::failed, now());
  const bool counted = setting_.window.covers(attempt.issued);
  const IovaPage missed = skip_hits(attempt.operation, attempt.context, counted);
  if (missed > last_page(attempt.operation) && !attempt.diverted) {
    conclude(std::move(attempt), Course::on, now());
  } else {
    setting_.simulation.start(serve(std::move(attempt), missed), setting_.path.c_str());
  }
}

void Device::divert(Attempt& attempt, sim::Time at) {
  move({attempt.issued, attempt.context, attempt.operation.bytes, true}, attempt.operation.bytes,
       at);
  attempt.diverted = true;
  attempt.stored = engine_free_ + links_.latency;
}

// The device tells the host that the pages are there; a thread copies, and rings the doorbell.
sim::Task<> Device::copy_back(const Attempt& attempt) {
  const sim::Duration none{};  // without links that are shared
  const sim::Duration up = std::max(links_.latency - links_.up.latency, none) + up_.shortest();
  const sim::Duration down = std::max(links_.latency - links_.down.latency, none);
  const sim::Time noticed = std::max(attempt.stored, now() + up);
  const sim::Duration delay = noticed - now() + notice_(notice_stream_);
  co_await setting_.simulation.delay(delay, {"host's notice", setting_.path.c_str()});
  {
    Worker worker(setting_.simulation, *setting_.cores);
    co_await worker.enter();
    worker.charge(sim::transfer_time(attempt.operation.bytes, spec_.backup_ring.copy_bandwidth));
    co_await worker.pay();
  }
  co_await setting_.simulation.delay(down, {"doorbell", setting_.path.c_str()});
  sim::Signal rung;
  down_.send(now(), BackupRingDoorbell{&rung});
  co_await rung.wait({"doorbell", setting_.path.c_str()});
}

}  // namespace faultpath::models
