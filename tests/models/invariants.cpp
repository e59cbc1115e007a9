// Checking the invariants of a finished run.
#include "tests/models/invariants.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <variant>

#include "models/assembly/guest_implications.hpp"
#include "models/assembly/implications.hpp"
#include "models/assembly/plan.hpp"
#include "models/kernel/eras.hpp"
#include "models/strategy/lru_locked.hpp"
#include "models/strategy/strategy_traits.hpp"
#include "tests/models/memory_bounds.hpp"

namespace faultpath::models {
namespace {

bool all_translate(const SystemSpec& spec) {
  return spec.iommu.kind != IommuKind::smmu_stall &&
         std::ranges::all_of(spec.devices,
                             [](const DeviceSpec& d) { return d.ats.enabled && d.observed; });
}
// Stop markers, and requests of devices that are not observed, are in no counter.
bool all_counted(const SystemSpec& spec) {
  return std::ranges::all_of(spec.devices,
                             [](const DeviceSpec& d) { return d.observed && d.stops.empty(); });
}
// Software invalidates more than it unmaps.
bool some_device_is_drained(const SystemSpec& spec) {
  return !spec.iommu.events.empty() || resets(spec) ||
         std::ranges::any_of(spec.devices, [](const DeviceSpec& d) {
           return d.reset.every || !d.reset.at.empty() || !d.stops.empty() ||
                  d.stop_at_end != StopAtEnd::never;
         });
}
// Such a table is changed as operations begin and end, a range at a time.
bool some_table_acts_around_dma(const Plan& plan) {
  return std::ranges::any_of(plan.tables, [](const Plan::Table& table) {
    return traits_of(*table.strategy).acts_around_dma;
  });
}
// Devices may finish before software has looked at their records, and a thread that evicts makes
// its last pass behind them. Levels end with the devices, counts with the run.
bool software_goes_on(const SystemSpec& spec) {
  const auto* const stall = spec.iommu.kind.get<SmmuStallSpec>();
  const Plan plan = plan_of(spec);
  if (some_table_acts_around_dma(plan)) return true;
  const auto evicts_periodically = [](const Plan::Table& table) {
    const auto* const lru = std::get_if<LruLockedSpec>(&table.strategy->kind);
    return lru != nullptr && lru->evict == LruLockedSpec::Evict::periodic;
  };
  const auto accesses = [](const ProcessSpec& process) { return process.cpu.has_value(); };
  // Of a page event nobody waits for, with what a device that does not wait has put aside.
  const auto goes_on = [](const DeviceSpec& device) {
    return !std::holds_alternative<WaitSpec>(device.on_fault);
  };
  const auto pages = [](const Plan::Table& table) {
    return std::holds_alternative<OdpSpec>(table.strategy->kind);
  };
  if (std::ranges::any_of(spec.devices, goes_on) && std::ranges::any_of(plan.tables, pages)) {
    return true;
  }
  return std::ranges::any_of(plan.tables, evicts_periodically) || !spec.host.notifiers.empty() ||
         std::ranges::any_of(spec.processes, accesses) ||
         (stall != nullptr && (stall->early_retry || stall->model == StallModel::terminate_only));
}

// Faults and other users of declared areas change entries without reclaim, several with one flush.
bool declares_areas(const SystemSpec& spec) {
  const auto declared = [](const ProcessSpec& process) { return !process.areas.empty(); };
  const auto made = [](const Plan::Process& process) { return process.own_areas != nullptr; };
  return std::ranges::any_of(spec.processes, declared) ||
         std::ranges::any_of(plan_of(spec).processes, made);
}

// By an IOMMU that takes none from the function, or that has been told to answer before it is full.
bool some_requests_are_refused(const SystemSpec& spec) {
  const auto* const amd = spec.iommu.kind.get<AmdSpec>();
  const bool early = amd != nullptr && (amd->always || amd->early_threshold.has_value());
  return early || !spec.iommu.events.empty() ||
         std::ranges::any_of(spec.devices, [](const DeviceSpec& d) { return !d.pri.enabled; });
}

// Faults come by events of the device, or by touches of a process, and not only by requests.
bool some_faults_are_no_requests(const SystemSpec& spec) {
  const Plan plan = plan_of(spec);
  return std::ranges::any_of(plan.tables,
                             [](const auto& t) { return traits_of(*t.strategy).by_events; }) ||
         std::ranges::any_of(spec.devices, [](const DeviceSpec& d) {
           return std::holds_alternative<PartialSpec>(d.on_fault);
         });
}

// Groups are answered whatever becomes of them in service, or are not although they are served.
bool answers_go_astray(const SystemSpec& spec) {
  const UserReadersSpec* const user = spec.route.user();
  const bool changes = user != nullptr && !user->events.empty();  // answer Invalid what is pending
  return loses_answers(spec) || answers_early(spec) || changes || refuses(spec) ||
         answers_for_guests(spec) || guests_misbehave(spec);
}

// The virtual IOMMU of some guest answers what it has no room for; nobody serves that.
bool some_guest_answers_what_it_loses(const SystemSpec& spec, const Counters& c) {
  return !spec.guests.empty() && c.guest_requests_lost > 0;
}

// A migration drops what devices had mapped before.
bool some_migrate(const SystemSpec& spec) {
  return std::ranges::any_of(
      spec.guests, [](const GuestMachineSpec& guest) { return guest.migration.has_value(); });
}

std::uint64_t most_translations(const SystemSpec& spec) {
  std::uint64_t most = 1;
  for (const DeviceSpec& device : spec.devices) {
    most = std::max<std::uint64_t>(most, device.ats.translations_per_request);
  }
  return most;
}

// Since 6.11 the core answers each request of a group for which there is no handler.
bool answers_each_request(const SystemSpec& spec) {
  return refuses(spec) && rules_of(spec.host.era).looks_up_every_request;
}

void expect_requests_conserved(const SystemSpec& spec, const Counters& c) {
  if (all_translate(spec)) {  // without ATS nothing can hit
    EXPECT_EQ(c.atc_hits + c.atc_misses, c.page_accesses);
  }
  EXPECT_EQ(ended_requests(c), c.page_requests);
  const std::uint64_t answers = c.responses_success + c.responses_invalid + c.responses_failure;
  if (!loses_answers(spec)) {
    EXPECT_EQ(c.requests_unanswered, 0U);
  }
  if (!answers_each_request(spec)) {
    EXPECT_LE(answers + c.auto_responses, c.page_request_groups) << "one answer for each group";
  }
  EXPECT_LE(c.page_request_groups, answers + c.auto_responses + c.requests_unanswered);
  EXPECT_GE(c.page_requests, c.page_request_groups);
  EXPECT_EQ(c.faults_stage1 + c.faults_stage2, c.faults_minor + c.faults_major);
  const std::uint64_t served =
      c.faults_minor + c.faults_major + c.faults_spurious + c.requests_unserved;
  if (some_faults_are_no_requests(spec)) {
    EXPECT_TRUE(served <= c.requests_answered || c.page_events + c.partial_completions > 0);
    return;
  }
  EXPECT_EQ(c.page_events + c.partial_completions, 0U);
  const bool lost = some_guest_answers_what_it_loses(spec, c);
  if (c.requests_unserved == 0 && !answers_go_astray(spec) && !lost) {
    EXPECT_EQ(served, c.requests_answered);
  }
  EXPECT_LE(served, c.requests_answered + c.requests_unanswered);
  // Of a device that goes, groups are answered whatever becomes of them in service.
  if (!some_device_is_drained(spec) && !answers_go_astray(spec)) {
    EXPECT_EQ(c.responses_invalid, c.requests_unserved) << "a group ends at its first such request";
    EXPECT_GE(c.faults_fatal, c.responses_invalid + c.responses_failure);
  }
}

// Stalls are no credits of the device.
void expect_nothing_left(const SystemSpec& spec, const Seen& seen) {
  const bool kept = spec.iommu.kind != IommuKind::smmu_stall &&
                    spec.run.warmup == sim::Duration::zero() && all_counted(spec);
  const std::int64_t left = seen.gauge("outstanding_requests").final;
  if (!loses_answers(spec)) {
    EXPECT_EQ(left, 0);
  } else if (kept && !some_device_is_drained(spec)) {
    EXPECT_EQ(left, static_cast<std::int64_t>(seen.counters.requests_unanswered));
  }
}

void expect_bounds(const SystemSpec& spec, const Seen& seen) {
  for (const Level& level : seen.gauges) {
    EXPECT_GE(level.mean, 0.0);
    EXPECT_LE(level.mean, static_cast<double>(level.max) * (1.0 + 1e-12));
    EXPECT_GE(level.final, 0);
    EXPECT_LE(level.final, level.max);
  }
  EXPECT_GE(seen.least_in_series, 0.0) << "levels, counts and times are not negative";
  const bool wraps_with_a_bit =
      spec.iommu.kind == IommuKind::smmu_pri || spec.iommu.kind == IommuKind::smmu_stall;
  EXPECT_LE(seen.gauge("queue_depth").max, spec.iommu.queue_entries - (wraps_with_a_bit ? 0 : 1));
  EXPECT_LE(seen.gauge("busy_cores").max, spec.host.cores);
  EXPECT_LE(seen.gauge("resident_bytes").max, static_cast<std::int64_t>(spec.host.memory));
  EXPECT_LE(seen.gauge("mapped_bytes").max, most_mapped(spec));
  if (!plan_of(spec).shares_processes()) {
    EXPECT_LE(seen.gauge("locked_bytes").final, seen.gauge("resident_bytes").final);
  }
  std::int64_t credits = 0;
  for (const DeviceSpec& device : spec.devices) credits += device.count * device.pri.allocation;
  for (const Plan::Table& table : plan_of(spec).tables) {
    const auto* const paging = std::get_if<OdpSpec>(&table.strategy->kind);
    if (paging == nullptr) continue;
    for (const std::size_t device : table.devices) {
      credits += std::int64_t{2} * spec.devices[device].count * paging->outstanding;
    }
  }
  EXPECT_LE(seen.gauge("outstanding_requests").max, credits);
}

// Without guests their stages are not there.
void expect_times_tile(const SystemSpec& spec, const Seen& seen) {
  const Shape& faults = seen.distribution("fault_latency_ns");
  double sum = 0.0;
  for (std::size_t i = 0; i < seen.stages.size(); ++i) {
    const bool there = i < kHostStages || !spec.guests.empty();
    EXPECT_EQ(seen.stages[i].count, there ? faults.count : 0U) << stage_table()[i].name;
    sum += seen.stages[i].sum_ns();
  }
  EXPECT_NEAR(sum, faults.sum_ns(), 1e-9 * sum + 1e-3);
  // What completes in the observed time may have begun before it.
  EXPECT_LE(seen.distribution("dma_latency_ns").count, seen.counters.dma_operations);
}

void expect_strategy_kept(const SystemSpec& spec, const Seen& seen) {
  // What an event takes away is asked for, in vain.
  const Plan plan = plan_of(spec);
  const auto faultless = [](const Plan::Table& t) {
    return traits_of(*t.strategy).forbids_faults();
  };
  if (std::ranges::all_of(plan.tables, faultless) && spec.iommu.events.empty()) {
    EXPECT_EQ(seen.counters.page_requests, 0U);
    EXPECT_EQ(seen.distribution("fault_latency_ns").count, 0U);
    if (!some_device_is_drained(spec) && !some_table_acts_around_dma(plan)) {
      EXPECT_EQ(seen.counters.iotlb_invalidations, 0U);
    }
  }
  EXPECT_LE(seen.gauge("locked_bytes").max, locked_limit(plan));
}

void expect_whole_run_conserved(const SystemSpec& spec, const Seen& seen) {
  const Counters& c = seen.counters;
  const auto bytes = [&](std::uint64_t pages) {
    return static_cast<std::int64_t>(spec.host.page_size.bytes_of(pages));
  };
  if (all_translate(spec)) {
    EXPECT_EQ(c.iotlb_hits + c.iotlb_misses, c.ats_requests);
  }
  EXPECT_LE(c.walk_reads, 35 * most_translations(spec) * c.iotlb_misses + 5 * c.config_reads)
      << "five levels a stage";
  EXPECT_GE(c.walk_reads, c.iotlb_misses);
  EXPECT_EQ(seen.distribution("overflow_recovery_ns").count, c.queue_overflows);
  const bool overflowed = c.queue_overflows > 0;
  const std::uint64_t records = spec.iommu.fault_queue ? 0 : c.records_lost;  // or of that queue
  const bool lost = c.auto_responses + c.requests_dropped + records > 0;
  EXPECT_TRUE(overflowed || !lost || some_requests_are_refused(spec) ||
              some_guest_answers_what_it_loses(spec, c));
  EXPECT_TRUE(lost || !overflowed || !all_counted(spec));
  EXPECT_EQ(seen.distribution("dma_latency_ns").count, c.dma_operations);
  if (spec.run.stop.operations) {
    EXPECT_LE(c.dma_operations + c.dma_dropped, *spec.run.stop.operations)
        << "a trace or a fault may end it before";
  }
  if (!software_goes_on(spec) && !some_device_is_drained(spec)) {
    const auto left = bytes(c.pages_mapped) - bytes(c.pages_unmapped);
    const auto final = seen.gauge("mapped_bytes").final;
    if (!spec.guests.empty()) {  // what guests map is in their own tables
      EXPECT_GE(left, final);
    } else {
      // A batch of background reclaim that has begun ends behind the devices.
      EXPECT_LE(left, final);
      if (c.evictions == 0) {
        EXPECT_EQ(left, final);
      }
    }
  }
  EXPECT_LE(c.evictions, c.pages_unmapped);
  if (!some_table_acts_around_dma(plan_of(spec)) && !declares_areas(spec) && !some_migrate(spec)) {
    EXPECT_EQ(c.evictions, c.pages_unmapped);
    EXPECT_GE(c.iotlb_invalidations, c.pages_unmapped);
    if (!some_device_is_drained(spec) && spec.guests.empty()) {  // their VMMs invalidate, too
      EXPECT_EQ(c.iotlb_invalidations, c.pages_unmapped);
    }
  }
  EXPECT_LE(seen.gauge("locked_bytes").final, bytes(c.pages_pinned));
}

}  // namespace

void expect_invariants(const SystemSpec& spec, const Seen& seen) {
  if (!seen.completed) return;  // reported already
  expect_requests_conserved(spec, seen.counters);
  expect_nothing_left(spec, seen);
  expect_bounds(spec, seen);
  expect_times_tile(spec, seen);
  EXPECT_EQ(seen.drifts, 0U) << "Little's law and the utilisation law are exact";
  expect_strategy_kept(spec, seen);
  if (spec.run.warmup == sim::Duration::zero()) expect_whole_run_conserved(spec, seen);
}

Seen checked_run(const SystemSpec& spec) {
  Seen seen = run(spec);
  expect_invariants(spec, seen);
  return seen;
}

}  // namespace faultpath::models
