// What a run yields, and the laws of conservation that it must have kept.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>
#include <utility>

#include "models/assembly/guest_implications.hpp"
#include "models/assembly/implications.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/stat_rows.hpp"
#include "models/assembly/system.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr std::array<std::pair<const char*, double>, 4> kBlamePercentiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}}};

template <class Stats>
void add_distributions(std::vector<DistributionResult>& distributions, const Stats& stats) {
  for (const DistributionRow<Stats>& row : StatRows<Stats>::kDistributions) {
    if (row.left_out_when_empty && (stats.*row.member).count() == 0) continue;
    distributions.push_back({std::string(row.name), stats.*row.member});
  }
}

}  // namespace

// Everything of StatsOfADevice.
Counters System::counters_of(DeviceIndex device) const {
  Counters sum;
  add_counts(sum, devices_[device.value].function.stats());
  add_counts(sum, iommu_->stats(device));
  add_counts(sum, kernel_->core().stats(device));
  add_counts(sum, tables_->served(device));
  if (kernel_->nested() != nullptr) add_counts(sum, kernel_->nested()->served(device));
  if (kernel_->user() != nullptr) add_counts(sum, kernel_->user()->stats(device));
  sum += guests_.counters_of(device);
  return sum;
}

// Of all of its instances.
Counters System::counters_of_guest(std::size_t place) const {
  Counters sum = guests_.counters(place);
  add_counts(sum, tables_->stats(&spec_.guests[place]));
  return sum;
}

Counters System::counters_of_host() const {
  Counters sum;
  add_counts(sum, iommu_->stats());
  add_counts(sum, tables_->stats(nullptr));
  add_counts(sum, memory_.stats());
  add_counts(sum, mapping_.stats());
  add_counts(sum, records_.metrics);
  add_counts(sum, memory_.area_stats());
  add_counts(sum, memory_.cgroup_stats());
  add_counts(sum, memory_.oom_stats());
  add_counts(sum, memory_.reclaim_stats());
  add_counts(sum, memory_.workingset_stats());
  add_counts(sum, memory_.userfault_stats());
  add_counts(sum, memory_users_.lock_writers().stats());
  add_counts(sum, memory_users_.sources().stats());
  add_counts(sum, memory_users_.accesses().stats());
  if (kernel_->user() != nullptr) add_counts(sum, kernel_->user()->stats());
  return sum;
}

// All of StatsOfADevice and of StatsOfTheSystem.
Counters System::counters() const {
  Counters sum = counters_of_host();
  for (std::uint32_t i = 0; i < devices_.size(); ++i) sum += counters_of(DeviceIndex{i});
  for (std::size_t i = 0; i < spec_.guests.size(); ++i) sum += counters_of_guest(i);
  return sum;
}

void System::check_conservation() const {
  const Counters c = counters();
  ENSURE(iommu_->live_stalls() == 0, "every stalled access goes on");
  const std::uint64_t ended = c.requests_answered + c.auto_responses + c.requests_dropped +
                              c.requests_discarded + c.requests_unanswered +
                              kernel_->core().partial_requests();
  ENSURE(c.page_requests == ended, "page requests are answered, dropped or discarded");
  std::int64_t given_up = 0;
  std::vector<const PageRequestInterface*> interfaces;
  for (const AttachedFunction& attached : devices_) {
    const Function& device = attached.function;
    const DeviceStats& d = device.stats();
    ENSURE(device.untranslated() || d.atc_hits + d.atc_misses == d.page_accesses,
           "every access hits or misses");
    const PageRequestInterface& pri = device.page_requests();
    if (std::ranges::find(interfaces, &pri) != interfaces.end()) continue;
    interfaces.push_back(&pri);
    const GroupTable::Remains left = pri.groups().given_up();
    ENSURE(pri.credits() + left.requests == pri.allocation(), "every credit comes back");
    ENSURE(pri.outstanding_groups() == left.groups, "every group is answered");
    given_up += left.requests;
  }
  ENSURE(records_.metrics.outstanding_requests.value() == given_up, "every request has an end");
  ENSURE(given_up == 0 || loses_answers(spec_) || guests_.lost_some(),
         "answers are given up where some are lost");
  guests_.check_conservation();
  const IoMappingStats& m = mapping_.stats();
  const std::uint64_t mapped = spec_.host.page_size.bytes_of(tables_->mapped_pages());
  ENSURE(static_cast<std::uint64_t>(m.mapped_bytes.value()) + guests_.mapped_bytes() == mapped,
         "mapped memory is what the page tables hold");
  ENSURE(tables_->plan().shares_processes() ||
             m.locked_bytes.value() <= memory_.stats().resident_bytes.value(),
         "locked memory is resident");
  ENSURE(iommu_->queue().occupied() == 0, "the queue is empty in the end");
  const FaultRecordUnit* const records = iommu_->fault_records();
  ENSURE(records == nullptr || records->queue()->oldest() == nullptr,
         "every record of a fault is read");
}

std::vector<RunLevels::Level> System::levels() {
  std::vector<RunLevels::Level> gauges;
  const auto add = [&](auto& stats) {
    for (const auto& row : StatRows<std::remove_cvref_t<decltype(stats)>>::kGauges) {
      gauges.push_back(
          {row.name, &(stats.*row.member), row.times != nullptr ? &(stats.*row.times) : nullptr});
    }
  };
  add(mapping_.stats());
  add(memory_.stats());
  add(iommu_->stats());
  // A record of a stall that an SMMU holds back takes its entry when another becomes free.
  if (info_of(spec_.iommu.kind).stalls) gauges.back().times = nullptr;
  add(records_.metrics);
  gauges.push_back({"busy_cores", &cores_.busy_gauge(), &cores_.times_held()});
  return gauges;
}

DeviceLatencies System::latencies() const {
  DeviceLatencies all = records_.latencies.front();
  for (std::size_t i = 1; i < records_.latencies.size(); ++i) {
    for (const auto& row : StatRows<DeviceLatencies>::kDistributions) {
      (all.*row.member).merge(records_.latencies[i].*row.member);
    }
  }
  return all;
}

// Instances of a spec follow each other.
std::vector<RunPart> System::parts() const {
  std::vector<RunPart> parts;
  if (!records_.parts) return parts;
  const auto& [names, of_device] = *records_.parts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    parts.push_back({names[i], std::ranges::find(of_device, i) == of_device.end(), {}, {}});
    add_distributions(parts.back().distributions, records_.latencies[i]);
  }
  DeviceIndex device;
  for (std::size_t i = 0; i < spec_.devices.size(); ++i) {
    RunPart& part = parts[of_device[i]];
    if (spec_.devices[i].observed) part.observed = true;
    for (std::uint32_t instance = 0; instance < spec_.devices[i].count; ++instance) {
      part.counters += counters_of(device);
      ++device.value;
    }
  }
  if (spec_.run.by != Dimension::guest) return parts;
  for (std::size_t i = 0; i < spec_.guests.size(); ++i) {
    parts[i].counters += counters_of_guest(i);
    add_distributions(parts[i].distributions, guests_.migrations(i));
  }
  parts.back().counters += counters_of_host();
  return parts;
}

std::vector<BlameResult> System::blame(const sim::Histogram& fault_latency) const {
  std::vector<BlameResult> result;
  if (fault_latency.count() == 0) return result;
  for (const auto& [name, q] : kBlamePercentiles) {
    BlameResult& blame =
        result.emplace_back(BlameResult{name, records_.metrics.profile.shares_at(q)});
    for (double& ns : blame.ns) ns *= sim::to_ns(fault_latency.quantile(q));
  }
  return result;
}

RunOutcome System::outcome() {
  RunOutcome result;
  result.fingerprint = simulation_.fingerprint().value();
  result.simulated = cycle_.end - cycle_.epoch;
  result.events = simulation_.calendar().fired();
  result.counters = counters();
  result.gauges = records_.levels.results();
  result.drifts = records_.levels.drifts(records_.window.from);
  const DeviceLatencies latencies = this->latencies();
  add_distributions(result.distributions, latencies);
  add_distributions(result.distributions, iommu_->stats());
  add_distributions(result.distributions, guests_.migrations());
  result.distributions.push_back({"startup_ns", records_.startup});
  for (std::size_t stage = 0; stage < records_.metrics.used_stages; ++stage) {
    result.stages.push_back(
        {std::string(stage_table()[stage].name), records_.metrics.stages[stage]});
  }
  result.series = records_.series.result(cycle_.end, followed());
  for (const auto& [begin, end] : iommu_->stats().overflows.intervals()) {
    result.overflow_intervals.push_back({begin - cycle_.epoch, end - cycle_.epoch});
  }
  result.blame = blame(latencies.fault_latency);
  result.started = cycle_.epoch.time_since_epoch();
  result.trail = simulation_.fingerprint().trail();
  result.parts = parts();
  return result;
}

ProgressWatch::Totals System::totals() const {
  return {mapping_.ever_mapped() + guests_.ever_mapped(), stop_.issued(), stop_.ended()};
}

std::uint64_t System::awaited() const {
  return (stop_.issued() - stop_.ended()) * known_.most_pages;
}

std::string System::what_is_stuck(const PageRequest& last) const {
  const IovaPage page = last.page;
  const AttachedFunction& device = devices_[last.device.value];
  const IoPageTable& space = device.software.table_of(last.pasid);
  std::string text = fmt::format("the last was from {} for page {:#x} of {}",
                                 device.function.path(), page.value, space.name());
  const GuestMemory* const guest = space.guest;
  if (guest == nullptr) return text;
  const WalkMiss miss = guest->missing(space, page, guest->first_levels(), last.write);
  if (miss.stage != WalkMiss::Stage::second) return text;
  const bool data = miss.table == WalkMiss::kData;
  const std::string what =
      data ? "the data" : fmt::format("the first-stage table of level {}", miss.table);
  text += fmt::format(": the second stage lacks guest page {:#x}, which holds {}",
                      guest->page_of(miss, page).value, what);
  if (kernel_->nested() != nullptr) return text;
  return text +
         "; misses go to the guest, which finds nothing to do, answers Success, and the "
         "device asks again (iommu.second_stage.misses_go_to: guest)";
}

// Groups that wait for ever because their answers were for nobody, or have not been given.
std::string System::missing_answers() const {
  std::string text;
  if (const std::uint64_t count = counters().responses_unmatched; count > 0) {
    text = fmt::format(
        "{} page group responses matched no outstanding group and were dropped; with "
        "pri.response_pasid_required they need the PASID of the request\n",
        count);
  }
  for (std::uint32_t i = 0; i < devices_.size(); ++i) {
    const std::uint64_t count = kernel_->core().stats(DeviceIndex{i}).requests_unanswered;
    if (count == 0) continue;
    text +=
        fmt::format("{} page requests of {} have no answer", count, devices_[i].function.path());
    if (guests_may_lose(spec_)) {
      text += ": " + why_guests_lose(spec_) + "; a duration ends the run without them";
    } else if (user_space_may_withhold(spec_)) {
      text += ": user space may leave them so; a duration ends the run without them";
    } else if (loses_answers(spec_)) {
      text +=
          ": host.iopf.lost_responses loses some; host.iopf.timeout can answer in their place, "
          "and a duration ends the run without them";
    }
    text += "\n";
  }
  return text + (kernel_->user() != nullptr ? kernel_->user()->what_is_held() : "");
}

// Not an event: it neither keeps a run alive nor shows in its result.
void System::look_around() {
  const sim::Time now = simulation_.now();
  watch_.fired(simulation_.calendar().fired(), now);
  if (!hooks_.progress) return;
  hooks_.progress({now - cycle_.epoch, stop_.issued(), stop_.faults(), stop_.progress(now)});
}

}  // namespace faultpath::models
