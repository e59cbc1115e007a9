// Storms into each kind under each interrupt policy: nothing is forgotten in a queue.
#include <gtest/gtest.h>

#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/run.hpp"
#include "sim/random.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::nanoseconds;

const std::vector<std::pair<std::string, InterruptPolicySpec>>& policies() {
  static const std::vector<std::pair<std::string, InterruptPolicySpec>> all{
      {"per_kind", InterruptPerKind{}},
      {"per_message", InterruptPerMessage{}},
      {"first_into_empty", InterruptFirstIntoEmpty{}},
      {"last_only", InterruptLastOnly{}},
      {"coalesced", InterruptCoalesced{.count = 5, .time = microseconds(7)}},
      {"polled", InterruptPolled{.period = microseconds(6)}}};
  return all;
}

// Few devices with groups of some requests into a queue that overflows now and then.
SystemSpec random_storm(IommuKind kind, const InterruptPolicySpec& policy, std::uint64_t seed) {
  sim::RandomStream stream({seed, 0, "interrupts", "storm"});
  const auto between = [&](std::uint64_t low, std::uint64_t high) {
    return static_cast<std::uint32_t>(low + stream.below(high - low + 1));
  };
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};  // with PASIDs: AMD serves no others
  spec.run.seed = seed;
  spec.host.cores = between(1, 6);
  spec.host.interrupt.per_request = constant(nanoseconds(between(50, 900)));
  spec.iommu.kind = kind;
  spec.iommu.interrupt = policy;
  spec.iommu.queue_entries = 8U << between(0, 2);
  const std::uint32_t early = seed % 2 == 0 ? between(3, 7) : 0;
  if (early > 0 && kind == IommuKind::amd) spec.iommu.kind.as<AmdSpec>().early_threshold = early;
  DeviceSpec& device = spec.devices[0];
  device.count = between(1, 6);
  device.pri.group = between(1, 4);
  device.pri.allocation = device.pri.group * between(1, 3);
  device.pri.retry_delay = sim::ExponentialSpec{microseconds(5)};
  device.workload.kind = UniformSpec{};
  device.workload.queue_depth = between(1, 8);
  device.workload.operation = device.pri.group * kPageBytes;
  device.workload.footprint = 300 * kPageBytes;
  spec.run.stop.operations = 400;
  return spec;
}

class EveryKindAndPolicy : public ::testing::TestWithParam<std::tuple<IommuKind, std::size_t>> {
 protected:
  SystemSpec storm(std::uint64_t seed) const {
    return random_storm(std::get<0>(GetParam()), policies()[std::get<1>(GetParam())].second, seed);
  }
};

// An aborted run would say that the queue is not empty in the end, a stuck one who waits.
TEST_P(EveryKindAndPolicy, ForgetsNoRequest) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const SystemSpec spec = storm(seed);
    const Seen seen = run(spec);
    ASSERT_TRUE(seen.completed);
    EXPECT_EQ(seen.distribution("dma_latency_ns").count, 400U);
    const bool polled = std::holds_alternative<InterruptPolled>(spec.iommu.interrupt);
    EXPECT_EQ(seen.counters.interrupts == 0, polled);
    EXPECT_EQ(seen.gauge("queue_depth").final, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Storms, EveryKindAndPolicy,
                         ::testing::Combine(::testing::Values(IommuKind::vtd, IommuKind::smmu_pri,
                                                              IommuKind::smmu_stall, IommuKind::amd,
                                                              IommuKind::riscv),
                                            ::testing::Range<std::size_t>(0, 6)),
                         [](const auto& parameters) {
                           return std::string(info_of(std::get<0>(parameters.param)).name) + "_" +
                                  policies()[std::get<1>(parameters.param)].first;
                         });

// One device, one fault at a time; no cost is random.
SystemSpec one_fault_at_a_time(const InterruptPolicySpec& policy) {
  SystemSpec spec = small_system();
  spec.iommu.interrupt = policy;
  return spec;
}

TEST(InterruptPolicies, WithOneFaultAtATimeThoseThatDoNotWaitAreAllTheSame) {
  const Seen standard = run(one_fault_at_a_time(InterruptPerKind{}));
  EXPECT_EQ(standard.counters.interrupts, 64U);
  for (const InterruptPolicySpec& policy :
       {InterruptPolicySpec{InterruptPerMessage{}}, InterruptPolicySpec{InterruptFirstIntoEmpty{}},
        InterruptPolicySpec{InterruptLastOnly{}},
        InterruptPolicySpec{InterruptCoalesced{1, microseconds(1)}}}) {
    EXPECT_EQ(difference(standard, run(one_fault_at_a_time(policy))), "") << policy.index();
  }
}

// A single fault waits for the whole time; nothing else changes.
TEST(InterruptPolicies, CoalescingDelaysALonelyFaultByItsTime) {
  const Seen standard = run(one_fault_at_a_time(InterruptPerKind{}));
  const Seen late = run(one_fault_at_a_time(InterruptCoalesced{8, microseconds(10)}));
  const auto& before = standard.distribution("fault_latency_ns");
  const auto& after = late.distribution("fault_latency_ns");
  EXPECT_NEAR(after.mean_ns, before.mean_ns + 10'000, 0.001);
  EXPECT_EQ(late.counters.interrupts, 64U);
}

// The thread is woken by no message but by its timer: instead of the delivery, a fault waits for
// the next multiple of the period, and the thread then wakes up on a core all the same.
TEST(InterruptPolicies, PollingCostsUpToAPeriodOfLatencyAndCoresThatFindNothing) {
  const sim::Duration period = microseconds(50);
  const Seen standard = run(one_fault_at_a_time(InterruptPerKind{}));
  const Seen polled = run(one_fault_at_a_time(InterruptPolled{period}));
  EXPECT_EQ(polled.counters.interrupts, 0U);
  EXPECT_GE(polled.stage("queue").min, nanoseconds(2'000));
  EXPECT_LE(polled.stage("queue").max, period + nanoseconds(2'000));
  // Each fault takes one period: it is answered and asked anew before the next look.
  EXPECT_NEAR(static_cast<double>(polled.simulated.count()),
              static_cast<double>((64 * period).count()), static_cast<double>(period.count()));
  const Seen eager = run(one_fault_at_a_time(InterruptPolled{microseconds(3)}));
  EXPECT_GT(eager.gauge("busy_cores").mean, standard.gauge("busy_cores").mean);
}

// A stuck run is found though the polling thread never ends: AMD without automatic responses.
TEST(InterruptPolicies, APollingThreadKeepsNoRunAlive) {
  SystemSpec spec = random_storm(IommuKind::amd, InterruptPolled{microseconds(6)}, 1);
  spec.iommu.kind.as<AmdSpec>().auto_response = false;
  spec.iommu.kind.as<AmdSpec>().early_threshold = 2;
  spec.devices[0].pri.allocation = 8;
  spec.devices[0].pri.group = 1;
  EXPECT_THROW(run_system(spec), sim::StuckError);
}

// Terminated transactions leave records too, alone or among stalls, and each is taken from the
// queue under every policy.
TEST(InterruptPolicies, LeaveNoRecordOfATerminatedAccessBehind) {
  for (const auto& [name, policy] : policies()) {
    for (const StallModel model : {StallModel::terminate_only, StallModel::both}) {
      SCOPED_TRACE(name);
      SystemSpec spec = random_storm(IommuKind::smmu_stall, policy, 3);
      spec.iommu.kind.as<SmmuStallSpec>().model = model;
      if (model == StallModel::both) {
        spec.iommu.events = {{microseconds(30), IommuAction::disable_page_requests, {}},
                             {microseconds(60), IommuAction::enable_page_requests, {}},
                             {microseconds(200), IommuAction::disable_page_requests, {}}};
      }
      const Seen seen = run(spec);
      ASSERT_TRUE(seen.completed) << "a run that leaves a record in the queue is aborted";
      EXPECT_GT(seen.counters.faults_logged, 0U);
    }
  }
}

}  // namespace
}  // namespace faultpath::models
