// Issuing operations, ahead of the clock where nothing can interfere.
#include "models/device/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kIssued{1, "operation"};

/// Operations of a closed loop at one moment, beside those that its queue holds: far above what a
/// finite recording of simultaneous operations has (assumed).
constexpr std::uint64_t kMostInAMoment = 10'000'000;

std::uint32_t expected_misses(const DeviceSpec& spec) {
  const std::uint64_t operations =
      std::uint64_t{spec.workload.queue_depth.value_or(64)} * spec.contexts;
  constexpr std::uint64_t kMost = 1U
                                  << 16;  // that a table is made for; below 2^28 operations * 2^32
  return static_cast<std::uint32_t>(std::min(std::min(operations, kMost) * spec.pri.group, kMost));
}

std::shared_ptr<PageRequestInterface> interface_of(const DeviceSetting& setting) {
  if (setting.interface) return setting.interface;
  return std::make_shared<PageRequestInterface>(setting.spec.pri);
}

}  // namespace

Device::Device(DeviceSetting setting)
    : setting_(std::move(setting)),
      spec_(setting_.spec),
      misses_(expected_misses(spec_), spec_.ats.unit_bits()),
      atc_(spec_.ats.entries, spec_.ats.ways),
      unit_shift_(spec_.ats.unit_bits() - kPageBits),
      pri_(interface_of(setting_)),
      journal_(setting_.simulation, setting_.path),
      reaction_(make_fault_reaction(spec_)),
      retry_delay_(spec_.pri.retry_delay),
      rank_(setting_.simulation.calendar().new_rank()),
      links_(setting_.links.value_or(DeviceLinks(spec_.link))),
      round_trip_(2 * links_.latency),
      up_(setting_.simulation.calendar(), links_.up, setting_.simulation.calendar().new_rank()),
      down_(setting_.simulation.calendar(), links_.down, std::nullopt),
      lookahead_({setting_.simulation, setting_.stop, *pri_, up_, down_}),
      function_(pri_->join(down_)),
      schedule_(spec_.workload, setting_.workloads,
                setting_.simulation.stream(setting_.path, "arrivals")),
      nonfaultable_(setting_.nonfaultable),
      invalidation_(spec_.ats.invalidation),
      notice_(spec_.backup_ring.notice),
      retry_stream_(setting_.simulation.stream(setting_.path, "retry delay")),
      invalidation_stream_(setting_.simulation.stream(setting_.path, "invalidation")),
      notice_stream_(setting_.simulation.stream(setting_.path, "backup ring notice")) {
  down_.connect<&Device::receive>(*this);
  if (links_.shared == nullptr) return;
  links_.shared->connect(SharedTransfers::Done::to<&Device::on_transferred>(*this));
}

void Device::start(sim::Handler finished, bool revocable) {
  finished_ = finished;
  lookahead_.set_revocable(revocable);
  const bool clocked = spec_.reports_access && setting_.strategy.sees_use();
  lookahead_.enable(setting_.temporal_decoupling && !clocked);
  schedule_.start(now());
  epoch_start_ = now();
  for (const Incident& incident : setting_.incidents)
    lookahead_.announce(epoch_start_ + incident.at);
  if (!setting_.incidents.empty()) {
    setting_.simulation.start(undergo_incidents(), setting_.path.c_str());
  }
  advance();
}

void Device::on_issue_event() {
  armed_ = false;
  advance();
}

void Device::advance() {
  if (armed_ || winding_down_ || advancing_ || out_of_service_) return;
  advancing_ = true;
  sim::Time limit = stopped_ ? sim::Time{} : lookahead_.horizon();
  while (!stopped_) {
    const auto slot = schedule_.next();
    if (!slot) break;
    if (slot->at > limit && comes(*slot)) {
      arm(slot->at);
      break;
    }
    schedule_.take(*slot);
    if (slot->at == moment_) {
      watch_moment();
    } else {
      moment_ = slot->at;
      in_moment_ = 0;
    }
    if (is_stopped(slot->context)) continue;
    const auto operation = setting_.workloads[slot->context]->next();
    if (!operation) continue;                        // the context has nothing left
    const sim::Time at = std::max(slot->at, now());  // later where it was out of service
    if (!setting_.stop.issue(at)) {
      stopped_ = true;
    } else {
      lookahead_.issued(at);
      schedule_.refill(*slot);
      const bool hit = issue(*slot, at, *operation);
      if (hit) continue;
      limit = std::min(limit, lookahead_.horizon_after_miss(at));
    }
  }
  advancing_ = false;
  if (!armed_) settle_end();
}

// Each completion of a closed loop is the next issue. Where neither takes time there is no end.
void Device::watch_moment() {
  const std::uint64_t burst =
      std::uint64_t{spec_.workload.queue_depth.value_or(0)} * spec_.contexts;
  if (++in_moment_ <= kMostInAMoment + burst || !schedule_.closed()) return;
  throw sim::StuckError(fmt::format(
      "no progress: {} has issued {} operations at {} ns, each of which has ended in no "
      "time; its link or its IOMMU must take some",
      setting_.path, in_moment_, sim::to_ns(moment_)));
}

// An arrival behind the end of the run, its trace or its context is none, and nobody waits for it.
bool Device::comes(const IssueSchedule::Slot& slot) const {
  return !setting_.stop.over(slot.at) && !is_stopped(slot.context) &&
         !setting_.workloads[slot.context]->ended();
}

void Device::arm(sim::Time at) {
  armed_ = true;
  setting_.simulation.calendar().schedule_ranked(at, rank_,
                                                 sim::handler_of<&Device::on_issue_event>(*this));
}

bool Device::issue(const IssueSchedule::Slot& slot, sim::Time at, const Operation& operation) {
  journal_.note(at, kIssued, operation.address.value);
  const bool counted = setting_.window.covers(slot.at);
  Attempt attempt{operation, slot.context, slot.at};
  const IovaPage missed = skip_hits(operation, slot.context, counted);
  if (missed > last_page(operation)) {
    finish(attempt, operation.bytes, at);
    return true;
  }
  attempt.waiting = lookahead_.expect();
  setting_.simulation.start(serve(std::move(attempt), missed), setting_.path.c_str());
  return false;
}

// Looks up the pages in order up to the first that misses.
IovaPage Device::skip_hits(const Operation& operation, std::uint32_t context, bool counted) {
  IovaPage page = page_of(operation.address);
  const IovaPage last = last_page(operation);
  for (; page <= last; page = page + 1) {
    const bool hit = lookup(operation, context, page);
    count_access(hit, counted);
    if (!hit) break;
  }
  return page;
}

void Device::count_access(bool hit, bool counted) {
  if (!counted) return;
  ++stats_.page_accesses;
  if (setting_.untranslated) return;
  ++(hit ? stats_.atc_hits : stats_.atc_misses);
}

bool Device::lookup(const Operation& operation, std::uint32_t context, IovaPage page) {
  if (setting_.untranslated) return false;
  const bool hit = atc_.hit(cache_tag(context), page.value, operation.write);
  if (hit && spec_.reports_access) setting_.strategy.used(setting_.space, page);
  return hit;
}

void Device::finish(const Attempt& attempt, std::uint32_t bytes, sim::Time translated) {
  move({attempt.issued, attempt.context, bytes, false}, bytes, translated);
}

sim::Duration Device::transfer_time(std::uint64_t bytes) {
  if (bytes != cached_bytes_) {
    cached_bytes_ = bytes;
    cached_transfer_ = sim::transfer_time(bytes, links_.bandwidth);
  }
  return cached_transfer_;
}

void Device::move(const Transfer& transfer, std::uint64_t bytes, sim::Time translated) {
  const sim::Time begun = std::max(engine_free_, translated);
  engine_free_ = begun + transfer_time(bytes);
  ENSURE(engine_free_ <= sim::kLatest, "the simulated time ends at 105 days: the link is too slow");
  if (links_.shared == nullptr) return completed(transfer, engine_free_ + round_trip_);
  transfers_.push_back(transfer);
  ++transfers_begun_;
  links_.shared->send({begun + links_.to_shared, engine_free_ + links_.to_shared}, bytes);
}

// In order: what completes earlier than the one before is reported with it.
void Device::completed(const Transfer& transfer, sim::Time at) {
  if (transfer.aside) return;
  last_completion_ = std::max(last_completion_, at);
  schedule_.complete(last_completion_, transfer.context);
  setting_.stop.operation_ended();
  const bool whole = transfer.bytes > 0;
  if (setting_.window.observes(last_completion_)) {
    ++(whole ? stats_.dma_operations : stats_.dma_dropped);
    stats_.dma_bytes += transfer.bytes;
  }
  if (!whole) return;
  const sim::Duration latency = last_completion_ - transfer.issued;
  if (spec_.observed) setting_.metrics.series.add(last_completion_, latency);
  if (setting_.window.covers(transfer.issued)) setting_.latencies.dma_latency.record(latency);
}

// Transfers of a device keep their order on the links that it shares.
void Device::on_transferred(sim::Time at) {
  const Transfer transfer = transfers_.front();
  transfers_.pop_front();
  ++transferred_;
  last_use_ = at;
  transfer_ended_.notify_all();
  completed(transfer, at + links_.latency);
  advance();
}

// Everything has been issued and translated: what remains is the last transfer.
void Device::settle_end() {
  if (lookahead_.expects() || !transfers_.empty() || winding_down_ ||
      (!stopped_ && schedule_.next()))
    return;
  winding_down_ = true;
  setting_.simulation.start(wind_down(), setting_.path.c_str());
}

sim::Process Device::wind_down() {
  const sim::Duration rest = std::max(last_completion_ - now(), sim::Duration::zero());
  co_await setting_.simulation.delay(rest, {"its last transfer", ""});
  if (spec_.stop_at_end != StopAtEnd::never) co_await stop_all();
  ended_.set();
  finished_.fire(finished_.target);
}

}  // namespace faultpath::models
