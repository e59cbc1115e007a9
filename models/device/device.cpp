// Issuing operations, ahead of the clock where nothing can interfere.
#include "models/device/device.hpp"

#include <algorithm>
#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kIssued{1, "operation"};

std::uint32_t expected_misses(const DeviceSpec& spec) {
  return spec.workload.queue_depth.value_or(64) * spec.contexts * spec.pri.group;
}

}  // namespace

Device::Device(DeviceSetting setting)
    : setting_(std::move(setting)),
      spec_(setting_.spec),
      links_(setting_.links.value_or(DeviceLinks(spec_.link))),
      rank_(setting_.simulation.calendar().new_rank()),
      up_(setting_.simulation.calendar(), links_.up, setting_.simulation.calendar().new_rank()),
      down_(setting_.simulation.calendar(), links_.down, std::nullopt),
      schedule_(spec_.workload, setting_.workloads,
                setting_.simulation.stream(setting_.path, "arrivals")),
      atc_(spec_.ats.entries, spec_.ats.ways),
      misses_(expected_misses(spec_)),
      pri_(spec_.pri),
      retry_delay_(spec_.pri.retry_delay),
      invalidation_(spec_.ats.invalidation),
      retry_stream_(setting_.simulation.stream(setting_.path, "retry delay")),
      invalidation_stream_(setting_.simulation.stream(setting_.path, "invalidation")),
      round_trip_(2 * links_.latency),
      journal_(setting_.simulation, setting_.path) {
  down_.connect(&Device::receive, this);
  if (links_.shared != nullptr) links_.shared->connect(&Device::on_transferred, this);
}

void Device::start(sim::Handler finished, bool revocable) {
  finished_ = finished;
  revocable_ = revocable;
  if (spec_.reports_access && setting_.strategy.sees_use()) setting_.temporal_decoupling = false;
  schedule_.start(now());
  advance();
}

void Device::on_issue_event(void* device) {
  auto& self = *static_cast<Device*>(device);
  self.armed_ = false;
  self.advance();
}

void Device::advance() {
  if (armed_ || winding_down_) return;
  sim::Time limit = stopped_ ? sim::Time{} : horizon();
  while (!stopped_) {
    const auto slot = schedule_.next();
    if (!slot) break;
    if (slot->at > limit && comes(*slot)) return arm(slot->at);
    schedule_.take(*slot);
    const auto operation = setting_.workloads[slot->context]->next();
    if (!operation) continue;  // the context has nothing left
    if (!setting_.stop.issue(slot->at)) {
      stopped_ = true;
    } else {
      schedule_.refill(*slot);
      const bool hit = issue(*slot, *operation);
      if (!hit) limit = std::min(limit, slot->at + up_.shortest() + down_.shortest());
    }
  }
  settle_end();
}

// An arrival behind the end of the run or of its trace is none, and nobody waits for it.
bool Device::comes(const IssueSchedule::Slot& slot) const {
  return !setting_.stop.over(slot.at) && !setting_.workloads[slot.context]->ended();
}

// With equality: an operation goes before every other event of its time, see Calendar's ranks.
sim::Time Device::horizon() {
  const bool waking = woken_ > 0 || pri_.waking();
  if (!setting_.temporal_decoupling || timers_ > 0 || waking) return now();
  sim::Time limit = std::min(setting_.stop.horizon(now()), down_.next_arrival());
  if (revocable_ || translating_ > 0) limit = std::min(limit, now() + down_.shortest());
  return limit;
}

void Device::arm(sim::Time at) {
  armed_ = true;
  setting_.simulation.calendar().schedule_ranked(at, rank_, {&Device::on_issue_event, this});
}

bool Device::issue(const IssueSchedule::Slot& slot, const Operation& operation) {
  journal_.note(slot.at, kIssued, operation.address.value);
  const bool counted = setting_.window.covers(slot.at);
  if (counted) {
    ++stats_.dma_operations;
    stats_.dma_bytes += operation.bytes;
  }
  const IovaPage missed = skip_hits(operation, slot.context, counted);
  if (missed > last_page(operation)) {
    finish(operation, operation.bytes, slot, slot.at);
    return true;
  }
  ++translating_;
  setting_.simulation.start(serve(operation, slot, missed), setting_.path.c_str());
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

void Device::finish(const Operation& operation, std::uint64_t bytes,
                    const IssueSchedule::Slot& slot, sim::Time translated) {
  if (bytes != cached_bytes_) {
    cached_bytes_ = bytes;
    cached_transfer_ = sim::transfer_time(bytes, links_.bandwidth);
  }
  const sim::Time begun = std::max(engine_free_, translated);
  engine_free_ = begun + cached_transfer_;
  const Transfer transfer{slot, bytes == operation.bytes};
  if (links_.shared == nullptr) return completed(transfer, engine_free_ + round_trip_);
  transfers_.push_back(transfer);
  ++transfers_begun_;
  links_.shared->send({begun + links_.to_shared, engine_free_ + links_.to_shared}, bytes);
}

void Device::completed(const Transfer& transfer, sim::Time at) {
  last_completion_ = at;
  schedule_.complete(at, transfer.slot.context);
  if (!setting_.window.covers(transfer.slot.at) || !transfer.whole) return;
  const sim::Duration latency = at - transfer.slot.at;
  setting_.metrics.dma_latency.record(latency);
  setting_.metrics.series.add(at, latency);
}

// Transfers of a device keep their order on the links that it shares.
void Device::on_transferred(void* device, sim::Time at) {
  auto& self = *static_cast<Device*>(device);
  const Transfer transfer = self.transfers_.front();
  self.transfers_.pop_front();
  ++self.transferred_;
  self.last_use_ = at;
  self.transfer_ended_.notify_all();
  self.completed(transfer, at + self.links_.latency);
  self.advance();
}

// Everything has been issued and translated: what remains is the last transfer.
void Device::settle_end() {
  if (translating_ > 0 || !transfers_.empty() || winding_down_ || (!stopped_ && schedule_.next()))
    return;
  winding_down_ = true;
  setting_.simulation.start(wind_down(), setting_.path.c_str());
}

sim::Process Device::wind_down() {
  const sim::Duration rest = std::max(last_completion_ - now(), sim::Duration::zero());
  co_await setting_.simulation.delay(rest, {"its last transfer", ""});
  finished_.fire(finished_.target);
}

}  // namespace faultpath::models
