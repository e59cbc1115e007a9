// Where each number that a component keeps goes in the result: for each struct a table of its
// members.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/assembly/guest_stat_rows.hpp"
#include "models/assembly/memory_stat_rows.hpp"
#include "models/assembly/migration_stat_rows.hpp"
#include "models/assembly/stat_row.hpp"
#include "models/device/device_stats.hpp"
#include "models/iommu/iommu.hpp"
#include "models/kernel/iopf_core.hpp"
#include "models/kernel/user/user_stats.hpp"
#include "models/metrics/member_count.hpp"
#include "models/metrics/metrics.hpp"
#include "models/strategy/strategy.hpp"

namespace faultpath::models {

template <>
struct StatRows<DeviceStats> {
  using S = DeviceStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 16> kCounters{{
      {&S::dma_operations, &C::dma_operations},
      {&S::dma_bytes, &C::dma_bytes},
      {&S::page_accesses, &C::page_accesses},
      {&S::atc_hits, &C::atc_hits},
      {&S::atc_misses, &C::atc_misses},
      {&S::ats_requests, &C::ats_requests},
      {&S::page_requests, &C::page_requests},
      {&S::page_request_groups, &C::page_request_groups},
      {&S::dma_dropped, &C::dma_dropped},
      {&S::timeouts, &C::timeouts},
      {&S::faults_fatal, &C::faults_fatal},
      {&S::stale_responses, &C::lost_responses},
      {&S::unmatched_responses, &C::responses_unmatched},
      {&S::page_events, &C::page_events},
      {&S::partial_completions, &C::partial_completions},
      {&S::retransmissions, &C::retransmissions},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<DeviceMetrics> {
  using S = DeviceMetrics;
  static constexpr std::array<CounterRow<S>, 0> kCounters{};
  static constexpr std::array<GaugeRow<S>, 1> kGauges{{
      {&S::outstanding_requests, "outstanding_requests", &S::request_times},
  }};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers =
      5;  // the stages, how many there are, their profile, the series, and times
};

template <>
struct StatRows<DeviceLatencies> {
  using S = DeviceLatencies;
  static constexpr std::array<CounterRow<S>, 0> kCounters{};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 5> kDistributions{{
      {&S::fault_latency, "fault_latency_ns"},
      {&S::dma_latency, "dma_latency_ns"},
      {&S::translation_latency, "translation_latency_ns"},
      {&S::before_dma, "before_dma_ns", true},
      {&S::after_dma, "after_dma_ns", true},
  }};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<FunctionStats> {
  using S = FunctionStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 13> kCounters{{
      {&S::iotlb_hits, &C::iotlb_hits},
      {&S::iotlb_misses, &C::iotlb_misses},
      {&S::walk_reads, &C::walk_reads},
      {&S::config_reads, &C::config_reads},
      {&S::table_updates, &C::table_updates},
      {&S::stalls, &C::page_requests, &C::page_request_groups},
      {&S::stalls_suppressed, &C::stalls_suppressed},
      {&S::records_lost, &C::records_lost},
      {&S::auto_responses, &C::auto_responses},
      {&S::requests_dropped, &C::requests_dropped},
      {&S::faults_logged, &C::faults_logged},
      {&S::timeouts, &C::timeouts},
      {&S::atc_invalidations, &C::atc_invalidations},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<IommuStats> {
  using S = IommuStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 4> kCounters{{
      {&S::fault_queue_overflows, &C::fault_queue_overflows},
      {&S::queue_overflows, &C::queue_overflows},
      {&S::interrupts, &C::interrupts},
      {&S::iotlb_invalidations, &C::iotlb_invalidations},
  }};
  static constexpr std::array<GaugeRow<S>, 1> kGauges{{
      {&S::queue_depth, "queue_depth", &S::entry_times},
  }};
  static constexpr std::array<DistributionRow<S>, 1> kDistributions{{
      {&S::overflow_recovery, "overflow_recovery_ns"},
  }};
  static constexpr std::size_t kOthers = 3;  // intervals of overflow, series of drops, and times
};

template <>
struct StatRows<IopfCoreStats> {
  using S = IopfCoreStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 11> kCounters{{
      {&S::requests_answered, &C::requests_answered},
      {&S::requests_discarded, &C::requests_discarded},
      {&S::partial_groups_discarded, &C::partial_groups_discarded},
      {&S::responses_success, &C::responses_success},
      {&S::responses_invalid, &C::responses_invalid},
      {&S::responses_failure, &C::responses_failure},
      {&S::timeouts, &C::timeouts},
      {&S::lost_responses, &C::lost_responses},
      {&S::late_responses, &C::late_responses},
      {&S::misplaced_responses, &C::misplaced_responses},
      {&S::requests_unanswered, &C::requests_unanswered},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<ServiceStats> {
  using S = ServiceStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 6> kCounters{{
      {&S::faults_minor, &C::faults_minor},
      {&S::faults_major, &C::faults_major},
      {&S::faults_spurious, &C::faults_spurious},
      {&S::faults_stage1, &C::faults_stage1},
      {&S::faults_stage2, &C::faults_stage2},
      {&S::requests_unserved, &C::requests_unserved},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<UserAnswerStats> {
  using S = UserAnswerStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 3> kCounters{{
      {&S::responses_misrouted, &C::responses_misrouted},
      {&S::responses_refused, &C::responses_refused},
      {&S::responses_withheld, &C::responses_withheld},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<UserReaderStats> {
  using S = UserReaderStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 2> kCounters{{
      {&S::reader_wake_ups, &C::reader_wake_ups},
      {&S::empty_reads, &C::empty_reads},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<StrategyStats> {
  using S = StrategyStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 9> kCounters{{
      {&S::container_wait_ns, &C::container_wait_ns},
      {&S::evictions, &C::evictions},
      {&S::interval_retries, &C::interval_retries},
      {&S::access_flag_faults, &C::access_flag_faults},
      {&S::pins_refused, &C::pins_refused},
      {&S::vm_exits, &C::vm_exits},
      {&S::snoop_hits, &C::snoop_hits},
      {&S::snoop_misses, &C::snoop_misses},
      {&S::policy_switches, &C::policy_switches},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

/// No two rows are about one member.
template <class Rows>
consteval bool are_distinct(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (rows[i].member == rows[j].member) return false;
    }
  }
  return true;
}

/// Whether every member of `Stats` has a row, and one only. Checked wherever rows are used.
template <class Stats>
consteval bool has_all_rows() {
  using Rows = StatRows<Stats>;
  return are_distinct(Rows::kCounters) && are_distinct(Rows::kGauges) &&
         are_distinct(Rows::kDistributions) &&
         Rows::kCounters.size() + Rows::kGauges.size() + Rows::kDistributions.size() +
                 Rows::kOthers ==
             member_count<Stats>();
}

/// What is kept for each device, and what belongs to the system as a whole: memory, mappings and
/// attaching belong to an address space, which several devices may share.
template <class... Stats>
struct StatList {};
using StatsOfADevice =
    StatList<DeviceStats, FunctionStats, IopfCoreStats, ServiceStats, UserAnswerStats>;
using StatsOfTheSystem =
    StatList<IommuStats, StrategyStats, MemoryStats, IoMappingStats, LockWriterStats, DeviceMetrics,
             UserReaderStats, AreaFaultStats, CgroupStats, NotifierStats, CpuAccessStats,
             GuestStats, MigrationStats, VirtualCpuStats, VirtualCpuTimeStats, GuestBehaviourStats,
             GuestLimitStats>;
/// What each guest keeps for itself; the host has some of it, too.
using StatsOfAGuest = StatList<GuestStats, GuestLimitStats, GuestBehaviourStats, UserReaderStats,
                               VirtualCpuStats, VirtualCpuTimeStats, MigrationStats, MemoryStats,
                               IoMappingStats, AreaFaultStats, CgroupStats, StrategyStats>;

/// Whether a count of one of these is added to `counter`.
template <class Stats>
constexpr bool feeds(std::uint64_t Counters::* counter) {
  for (const CounterRow<Stats>& row : StatRows<Stats>::kCounters) {
    if (row.counter == counter || row.also == counter) return true;
  }
  return false;
}
template <class... Stats>
constexpr bool any_feeds(StatList<Stats...>, std::uint64_t Counters::* counter) {
  return (feeds<Stats>(counter) || ...);
}

/// Adds every count of a component to the counters of the result.
template <class Stats>
void add_counts(Counters& sum, const Stats& stats) {
  static_assert(has_all_rows<Stats>(), "a member of Stats has no row in StatRows<Stats>");
  for (const CounterRow<Stats>& row : StatRows<Stats>::kCounters) {
    sum.*row.counter += stats.*row.member;
    if (row.also != nullptr) sum.*row.also += stats.*row.member;
  }
}

/// Adds what one component has counted to what others like it have. Requires that its kind keeps
/// nothing but counts.
template <class Stats>
void add_counts(Stats& sum, const Stats& stats) {
  using Rows = StatRows<Stats>;
  static_assert(has_all_rows<Stats>() && Rows::kCounters.size() == member_count<Stats>());
  for (const CounterRow<Stats>& row : Rows::kCounters) sum.*row.member += stats.*row.member;
}

}  // namespace faultpath::models
