// Faults that cannot be recovered, in the queue of each kind and with its driver.
#include <gtest/gtest.h>

#include <memory>

#include "models/assembly/run.hpp"
#include "models/iommu/faults/fault_queues.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

constexpr IommuKind kKinds[] = {IommuKind::vtd, IommuKind::smmu_pri, IommuKind::amd,
                                IommuKind::riscv};

// A device without ATS on memory that is not mapped: each of its 64 accesses fails.
SystemSpec failing(IommuKind kind) {
  SystemSpec spec = small_system();
  spec.iommu.kind = kind;
  spec.devices[0].ats.enabled = false;
  // AMD serves requests with a PASID alone.
  if (kind == IommuKind::amd) spec.strategy = {"sva", SvaSpec{}};
  return spec;
}

TEST(FaultQueueRuns, WithoutAQueueEveryRecordFindsRoom) {
  for (const IommuKind kind : kKinds) {
    const Counters c = checked_run(failing(kind)).counters;
    EXPECT_EQ(c.faults_logged, 64U);
    EXPECT_EQ(c.records_lost + c.fault_queue_overflows, 0U);
  }
}

TEST(FaultQueueRuns, SoftwareThatReadsFastEnoughLosesNothing) {
  for (const IommuKind kind : kKinds) {
    SystemSpec spec = failing(kind);
    spec.iommu.fault_queue = FaultQueueSpec{.entries = 64, .per_record = {}};
    spec.devices[0].workload.queue_depth = 1;
    const Counters c = checked_run(spec).counters;
    EXPECT_EQ(c.faults_logged, 64U) << static_cast<int>(kind);
    EXPECT_EQ(c.records_lost, 0U) << static_cast<int>(kind);
  }
}

// All 64 accesses fail before the thread has read one: what the queue holds is recorded.
TEST(FaultQueueRuns, WhatTheQueueHasNoRoomForIsLost) {
  for (const IommuKind kind : kKinds) {
    SystemSpec spec = failing(kind);
    spec.iommu.fault_queue =
        FaultQueueSpec{.entries = 16, .per_record = constant(sim::milliseconds(1))};
    const Counters c = checked_run(spec).counters;
    const auto queue = make_fault_queue(spec.iommu);
    EXPECT_EQ(c.faults_logged, queue->usable_entries()) << static_cast<int>(kind);
    EXPECT_EQ(c.records_lost, 64 - queue->usable_entries()) << static_cast<int>(kind);
    EXPECT_EQ(c.fault_queue_overflows, 1U) << static_cast<int>(kind);
    EXPECT_EQ(c.dma_dropped, 64U) << "the device hears of each all the same";
  }
}

// With 4 ms between accesses, two registers and 10 ms for a record: after an overflow VT-d loses
// every fault until the handler has ended, an SMMU only what finds its queue full.
TEST(FaultQueueRuns, AnOverflowOfAnSmmuKeepsNothingOut) {
  const auto logged = [](IommuKind kind) {
    SystemSpec spec = failing(kind);
    spec.devices[0].workload.queue_depth = std::nullopt;
    spec.devices[0].workload.rate = 250.0;
    spec.iommu.fault_queue =
        FaultQueueSpec{.entries = 2, .per_record = constant(sim::milliseconds(10))};
    return checked_run(spec).counters.faults_logged;
  };
  EXPECT_GT(logged(IommuKind::smmu_pri), logged(IommuKind::vtd));
}

TEST(FaultQueueProblems, EntriesAreThoseThatTheKindCanHave) {
  SystemSpec spec = small_system();
  spec.iommu.fault_queue = FaultQueueSpec{.entries = 9, .per_record = {}};
  EXPECT_TRUE(problems_of(spec).empty()) << "registers of VT-d";
  spec.iommu.kind = IommuKind::riscv;
  const auto problems = problems_of(spec);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "iommu.fault_queue.entries");
}

}  // namespace
}  // namespace faultpath::models
