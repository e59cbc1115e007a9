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
  static constexpr std::array<CounterRow<S>, 6> kCounters{{
      {&S::exits_user, &C::vm_exits_user, &C::vm_exits},
      {&S::exits_kernel, &C::vm_exits},
      {&S::requests, &C::guest_requests},
      {&S::requests_lost, &C::guest_requests_lost},
      {&S::interrupts, &C::guest_interrupts},
      {&S::answers, &C::guest_answers},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};

template <>
struct StatRows<VirtualCpuStats> {
  using S = VirtualCpuStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 8> kCounters{{
      {&S::halts, &C::vcpu_halts},
      {&S::polls_succeeded, &C::vcpu_polls_succeeded},
      {&S::polls_failed, &C::vcpu_polls_failed},
      {&S::wake_ups, &C::vcpu_wake_ups},
      {&S::interrupts_running, &C::vcpu_interrupts_running},
      {&S::interrupts_polling, &C::vcpu_interrupts_polling},
      {&S::interrupts_halted, &C::vcpu_interrupts_halted},
      {&S::interrupts_descheduled, &C::vcpu_interrupts_descheduled},
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

}  // namespace faultpath::models
