// Changes of what software has set up, in whole runs.
#include "models/iommu/iommu_events.hpp"

#include <gtest/gtest.h>

#include "models/assembly/run.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using A = IommuAction;
using sim::microseconds;

SystemSpec system_with(IommuKind kind, std::vector<IommuEventSpec> events) {
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};
  spec.iommu.kind = kind;
  spec.iommu.events = std::move(events);
  return spec;
}

// 64 pages, one after the other; each takes some 6 us.
TEST(IommuEvents, AfterThePasidIsGoneTheIommuItselfAnswersInvalid) {
  const Seen seen = run(system_with(IommuKind::vtd, {{microseconds(100), A::remove_pasid, {}}}));
  const Counters& c = seen.counters;
  EXPECT_GT(c.requests_answered, 5U);
  EXPECT_GT(c.auto_responses, 5U);
  EXPECT_EQ(c.requests_answered + c.auto_responses, c.page_requests);
  EXPECT_LE(c.page_requests, 65U) << "one may have been asked for before, and is refused then";
  EXPECT_EQ(c.dma_dropped, c.auto_responses);
  EXPECT_EQ(c.faults_logged, c.auto_responses);
  EXPECT_EQ(c.queue_overflows, 0U);
}

// Table 30: without a context entry the translation request itself is refused; nobody asks for
// pages.
TEST(IommuEvents, AfterTheContextIsGoneTranslationRequestsAreRefused) {
  const Seen seen = run(system_with(IommuKind::vtd, {{microseconds(100), A::remove_context, {}}}));
  const Counters& c = seen.counters;
  EXPECT_GT(c.requests_answered, 5U);
  EXPECT_EQ(c.auto_responses, 0U);
  EXPECT_GE(c.dma_dropped, 64 - c.requests_answered);
  EXPECT_LE(c.dma_dropped, 65 - c.requests_answered) << "answered, and refused on its retry";
  EXPECT_EQ(c.faults_logged, c.dma_dropped);
}

// Table 30: an untranslated access is refused and logged, whatever is missing.
TEST(IommuEvents, UntranslatedAccessesAreRefusedAndLogged) {
  for (const A take : {A::remove_context, A::remove_pasid}) {
    SystemSpec spec = system_with(IommuKind::vtd, {{microseconds(20), take, {}}});
    spec.strategy = {"pin", PinSpec{}};
    spec.devices[0].ats.enabled = false;
    const Counters c = run(spec).counters;
    EXPECT_GT(c.dma_dropped, 0U);
    EXPECT_LT(c.dma_dropped, 64U) << "before, they are served";
    EXPECT_EQ(c.faults_logged, c.dma_dropped);
  }
}

// A stream of a stalling SMMU that loses its entry: what stalls is terminated and what comes later
// too, recorded; when it has it again it stalls as before.
TEST(IommuEvents, AStreamWithoutEntryIsTerminated) {
  SystemSpec spec = system_with(
      IommuKind::smmu_stall,
      {{microseconds(100), A::remove_context, {}}, {microseconds(120), A::restore_context, {}}});
  spec.devices[0].count = 3;
  spec.devices[0].workload.queue_depth = 4;
  spec.run.stop = {.duration = microseconds(500), .operations = {}, .faults = {}};
  const Seen seen = run(spec);
  EXPECT_TRUE(seen.completed);
  EXPECT_GT(seen.counters.faults_logged, 0U);
  EXPECT_GT(seen.counters.dma_dropped, seen.counters.faults_logged) << "and what had stalled";
  EXPECT_EQ(ended_requests(seen.counters), seen.counters.page_requests);
  spec.run.temporal_decoupling = false;
  EXPECT_EQ(difference(seen, run(spec)), "");
}

// Early retries and suppressed duplicates change who is told, not what comes of it.
TEST(StallOptions, LoseNoAccess) {
  for (const bool suppress : {false, true}) {
    SystemSpec spec = system_with(IommuKind::smmu_stall, {});
    spec.devices[0].count = 4;
    spec.devices[0].address_space = "shared";
    spec.devices[0].contexts = 2;
    spec.devices[0].workload.queue_depth = 8;
    spec.devices[0].workload.operation = 512;
    spec.iommu.kind.as<SmmuStallSpec>().early_retry = sim::microseconds(1);
    spec.iommu.kind.as<SmmuStallSpec>().suppress_duplicates = suppress;
    spec.run.stop.operations = 1000;
    const Seen seen = run(spec);
    const Counters& c = seen.counters;
    EXPECT_TRUE(seen.completed);
    EXPECT_EQ(c.dma_dropped, 0U);
    EXPECT_EQ(c.requests_answered, c.page_requests);
    EXPECT_EQ(c.stalls_suppressed > 0, suppress);
    spec.run.temporal_decoupling = false;
    EXPECT_EQ(difference(seen, run(spec)), "");
  }
}

TEST(StallOptions, AnSmmuThatOnlyTerminatesAsksForNothing) {
  SystemSpec spec = system_with(IommuKind::smmu_stall, {});
  spec.iommu.kind.as<SmmuStallSpec>().model = StallModel::terminate_only;
  const Counters c = run(spec).counters;
  EXPECT_EQ(c.page_requests, 0U);
  EXPECT_EQ(c.dma_dropped, 64U);
  EXPECT_EQ(c.faults_logged + c.records_lost, 64U);
}

TEST(IommuEvents, WhatComesBackServesAgain) {
  const Seen seen =
      run(system_with(IommuKind::vtd, {{microseconds(100), A::remove_pasid, "device"},
                                       {microseconds(103), A::restore_pasid, "device"}}));
  EXPECT_LE(seen.counters.dma_dropped, 4U);
  EXPECT_GE(seen.counters.requests_answered, 60U);
}

TEST(IommuEvents, AFunctionWhosePageRequestsAreNotEnabledIsAlwaysRefused) {
  SystemSpec spec = system_with(IommuKind::vtd, {});
  spec.devices[0].pri.enabled = false;
  const Counters c = run(spec).counters;
  EXPECT_EQ(c.auto_responses, 64U);
  EXPECT_EQ(c.dma_dropped, 64U);
}

TEST(IommuEvents, ADisabledQueueIsInServiceAgainAfterwards) {
  for (const IommuKind kind : {IommuKind::smmu_pri, IommuKind::riscv}) {
    for (const auto& [off, on] : {std::pair{A::disable_queue, A::enable_queue},
                                  std::pair{A::break_memory, A::repair_memory}}) {
      const Seen seen =
          run(system_with(kind, {{microseconds(100), off, {}}, {microseconds(120), on, {}}}));
      EXPECT_TRUE(seen.completed);
      EXPECT_GT(seen.counters.auto_responses, 0U);
      EXPECT_EQ(ended_requests(seen.counters), seen.counters.page_requests);
    }
  }
}

// Software that finds the queue on writes none of its registers.
TEST(IommuEvents, EnablingAQueueThatIsOnChangesNothing) {
  for (const IommuKind kind : {IommuKind::smmu_pri, IommuKind::riscv}) {
    const Seen plain = run(system_with(kind, {}));
    const Seen seen = run(system_with(kind, {{microseconds(60), A::enable_queue, {}}}));
    EXPECT_TRUE(seen.completed);
    EXPECT_EQ(seen.counters.auto_responses, plain.counters.auto_responses);
    EXPECT_EQ(seen.counters.requests_answered, plain.counters.requests_answered);
  }
}

// Operations that are refused end faster than any transfer: a run that counts them must not run
// too far ahead.
TEST(IommuEvents, GiveTheSameResultWithoutTemporalDecoupling) {
  for (const auto& [take, give] : {std::pair{A::remove_context, A::restore_context},
                                   std::pair{A::remove_pasid, A::restore_pasid}}) {
    SystemSpec spec =
        system_with(IommuKind::vtd, {{microseconds(60), take, {}}, {microseconds(90), give, {}}});
    spec.devices[0].count = 3;
    spec.devices[0].workload.kind = UniformSpec{};
    spec.devices[0].workload.footprint = 1000 * kPageBytes;
    spec.devices[0].workload.queue_depth = 16;
    for (const std::uint64_t operations : {300U, 600U, 900U, 1200U}) {
      spec.run.stop.operations = operations;
      spec.run.temporal_decoupling = true;
      const Seen ahead = run(spec);
      spec.run.temporal_decoupling = false;
      EXPECT_EQ(difference(ahead, run(spec)), "") << info_of(take).name << operations;
    }
  }
}

TEST(IommuEvents, AreProblemsWhereTheyHaveNoEffect) {
  const auto path_of = [](const SystemSpec& spec) {
    const auto problems = problems_of(spec);
    return problems.empty() ? "" : problems[0].path;
  };
  EXPECT_EQ(path_of(system_with(IommuKind::amd, {{{}, A::disable_queue, {}}})),
            "iommu.events[0].do");
  EXPECT_EQ(path_of(system_with(IommuKind::vtd, {{{}, A::remove_pasid, "none"}})),
            "iommu.events[0].device");
  EXPECT_EQ(path_of(system_with(IommuKind::riscv, {{{}, A::disable_queue, "device"}})),
            "iommu.events[0].device");
  SystemSpec stalling = system_with(IommuKind::smmu_stall, {{{}, A::disable_page_requests, {}}});
  EXPECT_EQ(path_of(stalling), "");
  stalling.iommu.kind.as<SmmuStallSpec>().model = StallModel::stall_only;
  EXPECT_EQ(path_of(stalling), "iommu.events[0].do");
  stalling.iommu.events.clear();
  stalling.devices[0].pri.enabled = false;
  EXPECT_EQ(path_of(stalling), "devices[0].pri.enabled");
  SystemSpec amd = system_with(IommuKind::amd, {});
  amd.devices[0].pri.enabled = false;
  EXPECT_EQ(path_of(amd), "devices[0].pri.enabled");
}

TEST(IommuEvents, HaveATableInTheOrderOfTheirActions) {
  for (std::size_t i = 0; i < iommu_actions().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(iommu_actions()[i].action), i);
  }
}

// The drain of what has been removed may find groups of the function's next life in work: it
// answers them before their handlers have come to an end.
TEST(IommuEvents, WhatComesBackDuringTheDrainIsAnsweredOnce) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SystemSpec spec = system_with(
        IommuKind::vtd,
        {{microseconds(10), A::remove_pasid, {}},
         {microseconds(12 + 3 * static_cast<std::int64_t>(seed)), A::restore_pasid, {}}});
    spec.strategy = {"iopf", IopfSpec{.premap = 8}};
    spec.run.seed = seed;
    spec.host.page_fault.minor = sim::ExponentialSpec{microseconds(2)};
    spec.devices[0].workload.kind = UniformSpec{};
    spec.devices[0].workload.footprint = 65536 * kPageBytes;
    spec.devices[0].workload.queue_depth = 32;
    spec.run.stop = {.duration = microseconds(150), .operations = {}, .faults = {}};
    const Seen seen = run(spec);
    ASSERT_TRUE(seen.completed);
    EXPECT_EQ(ended_requests(seen.counters), seen.counters.page_requests);
    EXPECT_EQ(seen.distribution("dma_latency_ns").count, seen.counters.dma_operations);
  }
}

}  // namespace
}  // namespace faultpath::models
