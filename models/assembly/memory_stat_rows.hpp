// Where the numbers of memory and of those who use it go in the result.
#pragma once

#include <array>

#include "models/assembly/stat_row.hpp"
#include "models/memory/cpu_accesses.hpp"
#include "models/memory/io_mapping.hpp"
#include "models/memory/lock_writers.hpp"
#include "models/memory/memory.hpp"
#include "models/memory/notifier_sources.hpp"

namespace faultpath::models {

template <>
struct StatRows<LockWriterStats> {
  using S = LockWriterStats;
  static constexpr std::array<CounterRow<S>, 1> kCounters{{
      {&S::sections, &Counters::mmap_lock_sections},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<MemoryStats> {
  using S = MemoryStats;
  static constexpr std::array<CounterRow<S>, 1> kCounters{{
      {&S::evictions, &Counters::evictions},
  }};
  static constexpr std::array<GaugeRow<S>, 1> kGauges{{
      {&S::resident_bytes, "resident_bytes"},
  }};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<IoMappingStats> {
  using S = IoMappingStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 3> kCounters{{
      {&S::pages_mapped, &C::pages_mapped},
      {&S::pages_unmapped, &C::pages_unmapped},
      {&S::pages_pinned, &C::pages_pinned},
  }};
  static constexpr std::array<GaugeRow<S>, 2> kGauges{{
      {&S::locked_bytes, "locked_bytes"},
      {&S::mapped_bytes, "mapped_bytes"},
  }};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<AreaFaultStats> {
  using S = AreaFaultStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 12> kCounters{{
      {&S::zero_page_maps, &C::zero_page_maps},
      {&S::page_copies, &C::page_copies},
      {&S::page_reuses, &C::page_reuses},
      {&S::fault_around_pages, &C::fault_around_pages},
      {&S::readahead_pages, &C::readahead_pages},
      {&S::readahead_hits, &C::readahead_hits},
      {&S::readahead_async, &C::readahead_async},
      {&S::folio_faults, &C::folio_faults},
      {&S::folio_pages, &C::folio_pages},
      {&S::numa_moves, &C::numa_moves},
      {&S::huge_faults, &C::huge_faults},
      {&S::huge_splits, &C::huge_splits},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<UserfaultStats> {
  using S = UserfaultStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 2> kCounters{{
      {&S::userfaults, &C::userfaults},
      {&S::userfaults_refused, &C::userfaults_refused},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<ReclaimStats> {
  using S = ReclaimStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 3> kCounters{{
      {&S::reclaim_sleeps, &C::reclaim_sleeps},
      {&S::reclaim_spins, &C::reclaim_spins},
      {&S::pinned_scans, &C::pinned_scans},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<WorkingsetStats> {
  using S = WorkingsetStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 2> kCounters{{
      {&S::workingset_refaults, &C::workingset_refaults},
      {&S::workingset_activations, &C::workingset_activations},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<CgroupStats> {
  using S = CgroupStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 3> kCounters{{
      {&S::cgroup_high, &C::cgroup_high},
      {&S::cgroup_max, &C::cgroup_max},
      {&S::cgroup_oom, &C::cgroup_oom},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<OomStats> {
  using S = OomStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 1> kCounters{{{&S::oom_kills, &C::oom_kills}}};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<NotifierStats> {
  using S = NotifierStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 3> kCounters{{
      {&S::notifier_ranges, &C::notifier_ranges},
      {&S::notifier_pages, &C::notifier_pages},
      {&S::huge_collapses, &C::huge_collapses},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<CpuAccessStats> {
  using S = CpuAccessStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 2> kCounters{{
      {&S::cpu_accesses, &C::cpu_accesses},
      {&S::cpu_faults, &C::cpu_faults},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

}  // namespace faultpath::models
