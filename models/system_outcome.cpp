// What a run yields, and the laws of conservation that it must have kept.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/iommu_kinds.hpp"
#include "models/system.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {

Counters System::counters() const {
  Counters sum;
  for (const Device& device : devices_) {
    const DeviceStats& d = device.stats();
    sum.dma_operations += d.dma_operations;
    sum.dma_bytes += d.dma_bytes;
    sum.page_accesses += d.page_accesses;
    sum.atc_hits += d.atc_hits;
    sum.atc_misses += d.atc_misses;
    sum.ats_requests += d.ats_requests;
    sum.page_requests += d.page_requests;
    sum.page_request_groups += d.page_request_groups;
    sum.dma_dropped += d.dma_dropped;
    sum.timeouts += d.timeouts;
    sum.lost_responses += d.stale_responses;
    sum.responses_unmatched += d.unmatched_responses;
    sum.faults_fatal += d.faults_fatal;
  }
  const IommuStats& i = std::as_const(*iommu_).stats();
  sum.iotlb_hits = i.iotlb_hits;
  sum.iotlb_misses = i.iotlb_misses;
  sum.walk_reads = i.walk_reads;
  sum.config_reads = i.config_reads;
  sum.page_requests += i.stalls;
  sum.page_request_groups += i.stalls;
  sum.auto_responses = i.auto_responses;
  sum.requests_dropped = i.requests_dropped;
  sum.queue_overflows = i.queue_overflows;
  sum.interrupts = i.interrupts;
  sum.timeouts = i.timeouts;
  sum.faults_logged = i.faults_logged;
  sum.table_updates = i.table_updates;
  sum.stalls_suppressed = i.stalls_suppressed;
  sum.records_lost = i.records_lost;
  sum.iotlb_invalidations = i.iotlb_invalidations;
  sum.atc_invalidations = i.atc_invalidations;
  const FaultCoreStats& c = core_.stats();
  sum.requests_answered = c.requests_answered;
  sum.requests_discarded = c.requests_discarded;
  sum.partial_groups_discarded = c.partial_groups_discarded;
  sum.responses_success = c.responses_success;
  sum.responses_invalid = c.responses_invalid;
  sum.responses_failure = c.responses_failure;
  const StrategyStats& s = strategy_->stats();
  sum.faults_minor = s.faults_minor;
  sum.faults_major = s.faults_major;
  sum.faults_spurious = s.faults_spurious;
  sum.faults_stage1 = s.faults_stage1;
  sum.faults_stage2 = s.faults_stage2;
  sum.faults_fatal += s.faults_fatal;
  sum.evictions = s.evictions + memory_.stats().evictions;
  if (second_stage_) {
    const StrategyStats& second = second_stage_->stats();
    sum.faults_minor += second.faults_minor;
    sum.faults_major += second.faults_major;
    sum.faults_spurious += second.faults_spurious;
    sum.faults_stage2 += second.faults_stage2;
    sum.faults_fatal += second.faults_fatal;
  }
  sum.mmap_lock_sections = lock_writers_.sections();
  const IoMappingStats& m = mapping_.stats();
  sum.pages_mapped = m.pages_mapped;
  sum.pages_unmapped = m.pages_unmapped;
  sum.pages_pinned = m.pages_pinned;
  return sum;
}

void System::check_conservation() const {
  const Counters c = counters();
  ENSURE(iommu_->live_stalls() == 0, "every stalled access goes on");
  ENSURE(metrics_.outstanding_requests.value() == 0, "every page request has an end");
  const std::uint64_t ended = c.requests_answered + c.auto_responses + c.requests_dropped +
                              c.requests_discarded + core_.partial_requests();
  ENSURE(c.page_requests == ended, "page requests are answered, dropped or discarded");
  for (const Device& device : devices_) {
    const DeviceStats& d = device.stats();
    ENSURE(device.untranslated() || d.atc_hits + d.atc_misses == d.page_accesses,
           "every access hits or misses");
    const PageRequestInterface& pri = device.page_requests();
    ENSURE(pri.credits() == pri.allocation(), "every credit comes back");
    ENSURE(pri.outstanding_groups() == 0, "every group is answered");
  }
  const IoMappingStats& m = mapping_.stats();
  std::uint64_t mapped = 0;
  for (const AddressSpace& space : spaces_) mapped += space.mapped_pages();
  for (const GuestMemory& guest : guests_) {
    if (guest.on_demand() != nullptr) mapped += guest.on_demand()->mapped_pages();
  }
  ENSURE(static_cast<std::uint64_t>(m.mapped_bytes.value()) == mapped * kPageBytes,
         "mapped memory is what the page tables hold");
  ENSURE(m.locked_bytes.value() <= memory_.stats().resident_bytes.value(),
         "locked memory is resident");
  ENSURE(iommu_->queue().occupied() == 0, "the queue is empty in the end");
}

RunOutcome System::outcome() {
  RunOutcome result;
  result.fingerprint = simulation_.fingerprint().value();
  result.simulated = end_ - epoch_;
  result.events = simulation_.calendar().fired() - progress_events_;
  result.counters = counters();
  const auto gauge = [&](const char* name, const sim::Gauge& g) {
    result.gauges.push_back({name, g.mean(end_), g.max(), g.value()});
  };
  gauge("locked_bytes", mapping_.stats().locked_bytes);
  gauge("mapped_bytes", mapping_.stats().mapped_bytes);
  gauge("resident_bytes", memory_.stats().resident_bytes);
  gauge("queue_depth", iommu_->stats().queue_depth);
  gauge("outstanding_requests", metrics_.outstanding_requests);
  gauge("busy_cores", cores_.busy_gauge());
  result.distributions = {{"fault_latency_ns", metrics_.fault_latency},
                          {"dma_latency_ns", metrics_.dma_latency},
                          {"translation_latency_ns", metrics_.translation_latency},
                          {"overflow_recovery_ns", iommu_->stats().overflow_recovery},
                          {"startup_ns", startup_}};
  for (std::size_t stage = 0; stage < kFaultStages; ++stage) {
    result.stages.push_back({std::string(stage_table()[stage].name), metrics_.stages[stage]});
  }
  SeriesResult operations{"dma_operations", metrics_.series.step(), {}};
  SeriesResult latency{"dma_latency_ns", metrics_.series.step(), {}};
  for (const sim::TimeSeries::Bin& bin : metrics_.series.bins()) {
    operations.values.push_back(static_cast<double>(bin.count));
    const double count = static_cast<double>(std::max<std::uint64_t>(bin.count, 1));
    latency.values.push_back(static_cast<double>(bin.sum) / 1e3 / count);
  }
  result.series = {std::move(operations), std::move(latency)};
  return result;
}

namespace {

/// Simulated time between two reports.
constexpr sim::Duration kProgressStep = sim::microseconds(50);

}  // namespace

ProgressWatch::Totals System::totals(void* system) {
  const auto& self = *static_cast<const System*>(system);
  return {self.mapping_.ever_mapped(), self.stop_.issued(), self.metrics_.dma_latency.count()};
}

std::string System::what_is_stuck(void* system, const PageRequest& last) {
  const auto& self = *static_cast<const System*>(system);
  const IovaPage page = last.page;
  const Device& device = self.devices_[last.device.value];
  const AddressSpace& space = device.space();
  std::string text = fmt::format("the last was from {} for page {:#x} of {}", device.path(),
                                 page.value, space.name());
  const GuestMemory* const guest = space.guest;
  if (guest == nullptr) return text;
  const WalkMiss miss = guest->missing(space, page, guest->first_levels(), last.write);
  if (miss.stage != WalkMiss::Stage::second) return text;
  const bool data = miss.table == WalkMiss::kData;
  const std::string what =
      data ? "the data" : fmt::format("the first-stage table of level {}", miss.table);
  text += fmt::format(": the second stage lacks guest page {:#x}, which holds {}",
                      guest->page_of(miss, page).value, what);
  if (self.second_stage_) return text;
  return text +
         "; misses go to the guest, which finds nothing to do, answers Success, and the "
         "device asks again (iommu.second_stage.misses_go_to: guest)";
}

// Groups that wait for ever because their answers were for nobody.
std::string System::unmatched_answers() const {
  const std::uint64_t count = counters().responses_unmatched;
  if (count == 0) return "";
  return fmt::format(
      "{} page group responses matched no outstanding group and were dropped; with "
      "pri.response_pasid_required they need the PASID of the request\n",
      count);
}

// Its events are not counted: the result does not depend on who watches.
void System::report_progress(void* system) {
  auto& self = *static_cast<System*>(system);
  const sim::Time now = self.simulation_.now();
  ++self.progress_events_;
  self.hooks_.progress(
      {now - self.epoch_, self.stop_.issued(), self.stop_.faults(), self.stop_.progress(now)});
  if (self.running_ == 0 && self.end_ != sim::Time{}) return;
  self.simulation_.calendar().schedule_after(kProgressStep, {&System::report_progress, system});
}

}  // namespace faultpath::models
