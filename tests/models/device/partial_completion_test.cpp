// Partial completion: software touches the page and submits the rest.
#include <gtest/gtest.h>

#include <cstdint>

#include "models/assembly/run.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

double ns(sim::Duration d) { return static_cast<double>(d.count()) / 1000.0; }

SystemSpec copying() {
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};
  spec.devices[0].on_fault = PartialSpec{};
  return spec;
}

// The record and its notice, the CPU's own fault, the doorbell and the new descriptor: no queue, no
// interrupt thread, no work queue.
TEST(PartialCompletionRuns, AFaultTakesWhatItsStagesSay) {
  const SystemSpec spec = copying();
  const DeviceSpec& device = spec.devices[0];
  const auto& partial = std::get<PartialSpec>(device.on_fault);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.partial_completions, 64U);
  EXPECT_EQ(seen.counters.faults_minor, 64U);
  EXPECT_EQ(seen.counters.page_requests, 0U);
  EXPECT_EQ(seen.counters.interrupts, 0U);
  EXPECT_DOUBLE_EQ(seen.stage("request").mean_ns,
                   ns(device.link.latency + sim::mean_of(partial.notice)));
  EXPECT_DOUBLE_EQ(seen.stage("work_queue").mean_ns, 0.0);
  EXPECT_DOUBLE_EQ(seen.stage("handle").mean_ns, 750.0);
  const sim::Duration doorbell =
      device.link.latency + sim::transfer_time(kMessageBytes, device.link.bandwidth);
  EXPECT_DOUBLE_EQ(seen.stage("respond").mean_ns, ns(doorbell + sim::mean_of(partial.submit)));
}

// A descriptor stops at each page that is absent: as many completions as pages.
TEST(PartialCompletionRuns, ADescriptorStopsAtEachAbsentPage) {
  SystemSpec spec = copying();
  DeviceSpec& device = spec.devices[0];
  device.workload.operation = device.workload.footprint = 64 * kPageBytes;
  device.pri.group = 8;  // it asks for no page, and so for no group
  spec.run.stop.operations = 1;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.partial_completions, 64U);
  EXPECT_EQ(seen.counters.dma_operations, 1U);
  EXPECT_EQ(seen.counters.dma_bytes, 64 * kPageBytes);
}

TEST(PartialCompletionProblems, ATouchHelpsOnlyWhereDeviceAndCpuShareATable) {
  SystemSpec spec = copying();
  EXPECT_TRUE(problems_of(spec).empty());
  spec.strategy = {"iopf", IopfSpec{}};
  ASSERT_EQ(problems_of(spec).size(), 1U);
  EXPECT_EQ(problems_of(spec)[0].path, "devices[0].on_fault");
}

}  // namespace
}  // namespace faultpath::models
