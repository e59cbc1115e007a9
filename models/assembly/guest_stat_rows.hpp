// Where the numbers of guests and of their virtual CPUs go in the result.
#pragma once

#include <array>

#include "models/assembly/stat_row.hpp"
#include "models/cpu/virtual_cpus.hpp"
#include "models/guest/guest_stats.hpp"

namespace faultpath::models {

template <>
struct StatRows<GuestStats> {
  using S = GuestStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 10> kCounters{{
      {&S::exits_user, &C::vm_exits_user, &C::vm_exits},
      {&S::exits_kernel, &C::vm_exits},
      {&S::requests, &C::guest_requests},
      {&S::requests_lost, &C::guest_requests_lost},
      {&S::interrupts, &C::guest_interrupts},
      {&S::answers, &C::guest_answers},
      {&S::answers_unmatched, &C::guest_answers_unmatched},
      {&S::other_work, &C::guest_other_work},
      {&S::cpu_faults, &C::guest_cpu_faults},
      {&S::cpu_faults_async, &C::guest_cpu_faults_async},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<VirtualCpuStats> {
  using S = VirtualCpuStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 9> kCounters{{
      {&S::halts, &C::vcpu_halts},
      {&S::polls_succeeded, &C::vcpu_polls_succeeded},
      {&S::polls_failed, &C::vcpu_polls_failed},
      {&S::wake_ups, &C::vcpu_wake_ups},
      {&S::interrupts_running, &C::vcpu_interrupts_running},
      {&S::interrupts_polling, &C::vcpu_interrupts_polling},
      {&S::interrupts_halted, &C::vcpu_interrupts_halted},
      {&S::interrupts_descheduled, &C::vcpu_interrupts_descheduled},
      {&S::kicks, &C::vcpu_kicks, &C::vm_exits},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<VirtualCpuTimeStats> {
  using S = VirtualCpuTimeStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 3> kCounters{{
      {&S::run_ns, &C::vcpu_run_ns},
      {&S::stolen_ns, &C::vcpu_stolen_ns},
      {&S::idle_ns, &C::vcpu_idle_ns},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<GuestBehaviourStats> {
  using S = GuestBehaviourStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 5> kCounters{{
      {&S::answers_withheld, &C::guest_answers_withheld},
      {&S::answers_extra, &C::guest_answers_extra},
      {&S::invalidations, &C::guest_invalidations},
      {&S::pasid_changes, &C::guest_pasid_changes},
      {&S::groups_detached, &C::guest_groups_detached},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<GuestLimitStats> {
  using S = GuestLimitStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 5> kCounters{{
      {&S::groups_limited, &C::guest_groups_limited},
      {&S::groups_timed_out, &C::guest_groups_timed_out},
      {&S::groups_delayed, &C::guest_groups_delayed},
      {&S::groups_oversized, &C::guest_groups_oversized},
      {&S::invalidations_delayed, &C::guest_invalidations_delayed},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

}  // namespace faultpath::models
