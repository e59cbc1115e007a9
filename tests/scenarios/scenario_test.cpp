// Scenarios become cases: defaults, variants and overrides from the command line.
#include "scenarios/scenario.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "models/kernel/eras.hpp"
#include "scenarios/config_error.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

TEST(Scenario, TakesTheModelsDefaultsForWhatItDoesNotSay) {
  const Scratch scratch;
  const auto scenario = scratch.load(minimal());
  ASSERT_EQ(scenario.cases.size(), 1U);
  const auto& spec = scenario.cases[0].spec;
  EXPECT_EQ(spec.host.memory, models::HostSpec{}.memory);
  EXPECT_EQ(spec.iommu.queue_entries, models::IommuSpec{}.queue_entries);
  EXPECT_EQ(spec.run.stop.duration, sim::milliseconds(1));
  EXPECT_EQ(spec.run.seed, 1U);
  EXPECT_TRUE(spec.run.temporal_decoupling);
  EXPECT_EQ(scenario.name, "x");
  EXPECT_EQ(scenario.replications, 1U);
}

TEST(Scenario, ReadsTheExampleOfTheContract) {
  const Scratch scratch;
  scratch.write("traces/storage.csv", "time_ns,device,pasid,address,bytes,rw\n,0,0,4096,4096,r\n");
  const auto scenario = scratch.load(R"(
scenario: 1
name: first-look
description: One RDMA target serving a recorded storage workload from overcommitted memory.
duration: 100ms
warmup: 10ms
seed: 1
replications: 5
host:
  cores: 4
  memory: 1GiB
  page_fault: {minor: {dist: lognormal, mean: 750ns, p99: 3us}}
  swap: {latency: 80us, bandwidth: 3GB/s}
  mmap_lock: {writers: 0/s, hold: 5us}
iommu:
  kind: vtd
  queue_entries: 2048
  iotlb: {entries: 512, ways: 8}
  walkers: 8
  levels: {stage1: 4, stage2: 4}
route: per_page_table
devices:
  - name: nic
    count: 1
    ats: {entries: 1024, ways: 8}
    pri: {capacity: 256, allocation: 32, group: 1, retry_delay: 0ns}
    on_fault: wait
    workload:
      kind: trace
      file: traces/storage.csv
      queue_depth: 32
strategies:
  - pin
  - {kind: iopf, premap: 1}
variants:
  deep: {iommu: {queue_entries: 4096}}
  shallow: {iommu: {queue_entries: 128}}
)");
  EXPECT_EQ(scenario.name, "first-look");
  EXPECT_EQ(scenario.replications, 5U);
  ASSERT_EQ(scenario.cases.size(), 4U);
  EXPECT_EQ(scenario.cases[0].spec.run.warmup, sim::milliseconds(10));
  EXPECT_EQ(scenario.cases[0].spec.iommu.levels.stage2, 4U);
}

TEST(Scenario, RunsEachVariantUnderEachStrategy) {
  const Scratch scratch;
  const auto scenario = scratch.load(
      "scenario: 1\nduration: 1ms\ndevices: [{name: nic}, {name: nvme}]\nstrategies: [iopf, sva]\n"
      "variants:\n  many: {devices: {nvme: {count: 4}}}\n  few: {devices: {0: {count: 2}}}\n  "
      "same:\n");
  ASSERT_EQ(scenario.cases.size(), 6U);
  EXPECT_EQ(scenario.cases[0].variant + scenario.cases[0].strategy, "manyiopf");
  EXPECT_EQ(scenario.cases[1].variant + scenario.cases[1].strategy, "manysva");
  EXPECT_EQ(scenario.cases[0].spec.devices[1].count, 4U);
  EXPECT_EQ(scenario.cases[2].spec.devices[0].count, 2U);
  EXPECT_EQ(scenario.cases[2].spec.devices[1].count, 1U);
  EXPECT_EQ(scenario.cases[4].spec.devices[0].count, 1U);
}

TEST(Scenario, RefusesVariantsOfVariantsAndOfTheWholeScenario) {
  const Scratch scratch;
  EXPECT_EQ(scratch.error(minimal("variants: {a: {variants: {b: {}}}}")),
            "x.yaml:5:16: variants.a.variants: a variant cannot change it");
  EXPECT_EQ(scratch.error(minimal("variants: {a: {seed: 2}}")),
            "x.yaml:5:16: variants.a.seed: a variant cannot change it");
  EXPECT_EQ(
      scratch.error(minimal("variants: {a/b: {}}")),
      "x.yaml:5:12: variants.a/b: expected a name of letters, digits, '_' and '-', found 'a/b'");
}

TEST(Scenario, PlacesTheErrorsOfAVariant) {
  const Scratch scratch;
  EXPECT_EQ(scratch.error(minimal("variants: {a: {iommu: {walker: 2}}}")),
            "x.yaml:5:24: iommu.walker: unknown key; did you mean 'walkers'?");
}

TEST(Scenario, AppliesSetsLastAndToEveryVariant) {
  const Scratch scratch;
  const auto scenario = scratch.load(minimal("variants: {a: {iommu: {walkers: 2}}, b: {}}"),
                                     {"iommu.walkers=3", "iommu.walkers=4"});
  EXPECT_EQ(scenario.cases[0].spec.iommu.walkers, 4U);
  EXPECT_EQ(scenario.cases[1].spec.iommu.walkers, 4U);
}

TEST(Scenario, SetsReachDevicesStrategiesAndVariants) {
  const Scratch scratch;
  const auto text =
      "scenario: 1\nduration: 1ms\ndevices: [{name: nic}]\nstrategies: [lru_locked]\n";
  const auto spec = scratch
                        .load(text, {"devices[0].pri.allocation=16", "devices.nic.count=3",
                                     "strategies.lru_locked.limit=50%", "host={cores: 2}"})
                        .cases[0]
                        .spec;
  EXPECT_EQ(spec.devices[0].pri.allocation, 16U);
  EXPECT_EQ(spec.devices[0].count, 3U);
  EXPECT_EQ(std::get<double>(std::get<models::LruLockedSpec>(spec.strategy.kind).limit.value), 0.5);
  EXPECT_EQ(spec.host.cores, 2U);
  const auto variant =
      scratch.load(minimal("variants: {a: {}, b: {}}"), {"variants.b.iommu.walkers=9"});
  EXPECT_EQ(variant.cases[0].spec.iommu.walkers, models::IommuSpec{}.walkers);
  EXPECT_EQ(variant.cases[1].spec.iommu.walkers, 9U);
}

double limit_of(const Case& one) {
  return std::get<double>(std::get<models::LruLockedSpec>(one.spec.strategy.kind).limit.value);
}

// The file may call an element of a list otherwise than the command line does.
TEST(Scenario, SetsOfAVariantWinOverTheVariant) {
  const Scratch scratch;
  const std::string head =
      "scenario: 1\nduration: 1ms\ndevices: [{name: nic}]\nstrategies: [lru_locked]\nvariants:\n";
  for (const char* variant : {"  a:", "  a: {strategies: {lru_locked: {limit: 40%}}}",
                              "  a: {strategies: {0: {limit: 40%}}}",
                              "  a: {strategies: {lru_locked: {limit: 40%}, 0: {limit: 60%}}}",
                              "  a: {strategies: [{kind: lru_locked, limit: 40%}]}"}) {
    for (const char* set :
         {"variants.a.strategies.lru_locked.limit=20%", "variants.a.strategies[0].limit=20%"}) {
      const auto scenario = scratch.load(head + variant + "\n  b: {}\n", {set});
      EXPECT_EQ(limit_of(scenario.cases[0]), 0.2) << variant << " " << set;
      EXPECT_EQ(limit_of(scenario.cases[1]), 0.3) << variant << " " << set;
    }
  }
}

TEST(Scenario, SetsOfTheWholeScenarioWinOverThoseOfAVariant) {
  const Scratch scratch;
  const auto scenario = scratch.load(minimal("variants: {a: {}, b: {}}"),
                                     {"iommu.walkers=3", "variants.a.iommu.walkers=9"});
  EXPECT_EQ(scenario.cases[0].spec.iommu.walkers, 3U);
}

TEST(Scenario, SetsAddVariantsButNotByAPathThatLooksMisspelt) {
  const Scratch scratch;
  const auto text = minimal("variants: {deep: {}}");
  const auto added = scratch.load(text, {"variants.shallow.iommu.walkers=7"});
  ASSERT_EQ(added.cases.size(), 2U);
  EXPECT_EQ(added.cases[1].spec.iommu.walkers, 7U);
  EXPECT_EQ(scratch.load(minimal(), {"variants.a.iommu.walkers=1"}).cases[0].variant, "a");
  EXPECT_EQ(scratch.error(text, {"variants.depe.iommu.walkers=1"}),
            "--set variants.depe.iommu.walkers=1: variants.depe: there is no variant of this name; "
            "'variants.depe={...}' adds one; did you mean 'deep'?");
  EXPECT_EQ(scratch.load(text, {"variants.depe={iommu: {walkers: 1}}"}).cases.size(), 2U);
}

TEST(Scenario, NamesTheSetThatIsWrong) {
  const Scratch scratch;
  const auto error = [&](const char* set) { return scratch.error(minimal(), {set}); };
  EXPECT_EQ(error("iommu.queue_entrys=64"),
            "--set iommu.queue_entrys=64: iommu.queue_entrys: unknown key; did you mean "
            "'queue_entries'?");
  EXPECT_EQ(
      error("iommu.queue_entries=63"),
      "--set iommu.queue_entries=63: iommu.queue_entries: must be a power of two; near are 32 "
      "and 64");
  EXPECT_EQ(error("devices[1].count=2"),
            "--set devices[1].count=2: devices[1]: there are 1 elements, from 0");
  EXPECT_EQ(
      error("strategies.ioff.premap=2"),
      "--set strategies.ioff.premap=2: strategies.ioff: there is no element of this name; did "
      "you mean 'iopf'?");
  EXPECT_EQ(error("iommu"), "--set iommu: expected PATH=VALUE, as iommu.queue_entries=64");
  EXPECT_EQ(error("seed="), "--set seed=: seed: expected a whole number, found nothing");
  EXPECT_TRUE(error("seed=[1").starts_with("--set seed=[1: not valid YAML: "));
}

TEST(Scenario, SaysThatAWarmupIsToBeFound) {
  const Scratch scratch;
  const auto scenario = scratch.load(minimal("warmup: auto"));
  EXPECT_TRUE(scenario.cases[0].auto_warmup);
  EXPECT_EQ(scenario.cases[0].spec.run.warmup, sim::Duration::zero());
}

TEST(Scenario, StopsAfterCountsOrTime) {
  const Scratch scratch;
  const auto stop = scratch.load(minimal("stop_after: {faults: 1e3}")).cases[0].spec.run.stop;
  EXPECT_EQ(stop.faults, 1000U);
  EXPECT_EQ(stop.duration, sim::milliseconds(1));
  EXPECT_FALSE(stop.operations);
}

TEST(Scenario, TheEraOfTheHostSettlesRouteAndBoundUnlessTheyAreGiven) {
  using models::Era;
  using models::FaultRoute;
  const Scratch scratch;
  const auto spec_of = [&](const char* text) { return scratch.load(minimal(text)).cases[0].spec; };
  const auto usual = spec_of("name: usual");
  EXPECT_EQ(usual.host.era, Era::v6_9);
  EXPECT_EQ(usual.host.work_queue.max_active, 256U);
  EXPECT_EQ(usual.route, FaultRoute::per_page_table);
  const auto old = spec_of("host: {era: 5.12}");
  EXPECT_EQ(old.host.era, Era::v5_12);
  EXPECT_EQ(old.route, FaultRoute::per_device);
  EXPECT_EQ(spec_of("host: {era: 7.1}").host.work_queue.max_active, 1024U);
  const auto given = spec_of("host: {era: 7.1, work_queue: {max_active: 7}}\nroute: per_device");
  EXPECT_EQ(given.host.work_queue.max_active, 7U);
  EXPECT_EQ(given.route, FaultRoute::per_device);
}

TEST(Scenario, TheInterruptThreadMayServeGroupsInEveryEraAndHasNoBound) {
  const Scratch scratch;
  for (const models::EraRules& rules : models::eras()) {
    const std::string text =
        fmt::format("host: {{era: {}, iopf: {{service: interrupt_thread}}}}", rules.name);
    const auto scenario = scratch.load(minimal(text));
    EXPECT_EQ(scenario.cases[0].spec.host.iopf.service, models::GroupService::interrupt_thread);
    EXPECT_FALSE(scenario.cases[0].spec.host.work_queue.max_active);
    EXPECT_FALSE(scenario.resolved["host"]["work_queue"].contains("max_active"));
  }
}

TEST(Scenario, ABoundOfAWorkQueueIsBlamedWhereNoRunHasOne) {
  const Scratch scratch;
  const std::string thread = "host: {iopf: {service: interrupt_thread}, work_queue: {nodes: 2}}\n";
  EXPECT_THROW(scratch.load(minimal(thread)), ConfigError);
  const std::string other = "variants: {a: {}, b: {host: {iopf: {service: work_queue}}}}";
  EXPECT_EQ(scratch.load(minimal(thread + other)).cases.size(), 2U) << "one reads it";
}

TEST(Scenario, ResolvesToAScenarioThatSaysEverything) {
  const Scratch scratch;
  const auto resolved =
      scratch.load(minimal("variants: {a: {devices: {nic: {count: 2}}}}")).resolved;
  EXPECT_EQ(resolved["iommu"]["queue_entries"], 2048);
  EXPECT_EQ(resolved["host"]["page_fault"]["minor"]["p99"], "3us");
  EXPECT_EQ(resolved["devices"][0]["workload"]["queue_depth"], 32);
  EXPECT_FALSE(resolved["devices"][0]["workload"].contains("exponent"));
  EXPECT_EQ(resolved["variants"].dump(), R"({"a":{"devices":{"nic":{"count":2}}}})");
}

}  // namespace
}  // namespace faultpath::scenarios
