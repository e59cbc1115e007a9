// Wrong scenarios give one clear line with its place.
#include "scenarios/checks.hpp"

#include <gtest/gtest.h>

#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

std::string error_of(const std::string& text) {
  const Scratch scratch;
  return scratch.error(text);
}

TEST(ScenarioErrors, NameAnUnknownKeyAsTheContractShowsIt) {
  EXPECT_EQ(error_of("scenario: 1\nduration: 1ms\nstrategies: [iopf]\ndevices:\n  - name: nic\n"
                     "    pri:\n      capacity: 8\n      alocation: 4\n"),
            "x.yaml:8:7: devices[0].pri.alocation: unknown key; did you mean 'allocation'?");
}

TEST(ScenarioErrors, AreFieldsTooForPrograms) {
  const Scratch scratch;
  try {
    scratch.load(minimal("hosts: {}\n"));
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.file(), scratch.path("x.yaml"));
    EXPECT_EQ(error.line(), 5U);
    EXPECT_EQ(error.column(), 1U);
    EXPECT_EQ(error.path(), "hosts");
    EXPECT_EQ(error.message(), "unknown key");
    EXPECT_EQ(error.suggestion(), "host");
  }
}

TEST(ScenarioErrors, NameWrongValues) {
  EXPECT_EQ(error_of(minimal("host: {memory: -1GiB}")),
            "x.yaml:5:16: host.memory: a size cannot be negative");
  EXPECT_EQ(
      error_of(minimal("host: {memory: 4096}")),
      "x.yaml:5:16: host.memory: needs a unit: a size such as 4KiB, in B, KiB, MiB, GiB, TiB, "
      "kB, MB, GB or TB");
  EXPECT_EQ(error_of(minimal("host: {cores: 0}")), "x.yaml:5:15: host.cores: must be at least 1");
  EXPECT_EQ(error_of(minimal("host: {cores: [1]}")),
            "x.yaml:5:15: host.cores: expected a whole number, found a list");
  EXPECT_EQ(error_of(minimal("host: 3")), "x.yaml:5:7: host: expected a map of keys, found '3'");
  EXPECT_EQ(error_of(minimal("host:")), "x.yaml:5:1: host: expected a map of keys, found nothing");
  EXPECT_EQ(error_of(minimal("temporal_decoupling: yes")),
            "x.yaml:5:22: temporal_decoupling: expected true or false, found 'yes'");
  EXPECT_EQ(error_of(minimal("iommu: {queue_entries: 100}")),
            "x.yaml:5:24: iommu.queue_entries: must be a power of two; near are 64 and 128");
}

TEST(ScenarioErrors, NameStrategiesThatNoDeviceTakes) {
  const std::string own = "scenario: 1\nduration: 1ms\ndevices: [{name: nic, strategy: sva}]\n";
  EXPECT_NO_THROW(Scratch().load(own + "strategies: [pin]\n"));
  EXPECT_TRUE(error_of(own + "strategies: [pin, iopf]\n")
                  .starts_with("x.yaml:4:19: strategies[1]: has no effect: every device has"))
      << error_of(own + "strategies: [pin, iopf]\n");
}

TEST(ScenarioErrors, NameTheWordThatIsNearest) {
  EXPECT_EQ(error_of(minimal("route: per_pasd")),
            "x.yaml:5:8: route: expected one of per_page_table, per_device, per_pasid, iommufd or "
            "container, found 'per_pasd'; did you mean 'per_pasid'?");
  EXPECT_EQ(error_of(minimal("iommu: {kind: vdt}")),
            "x.yaml:5:15: iommu.kind: expected one of vtd, smmu_pri, smmu_stall, amd or riscv, "
            "found 'vdt'; did you mean 'vtd'?");
}

TEST(ScenarioErrors, NameWhatIsMissing) {
  EXPECT_EQ(error_of("duration: 1ms\n"), "x.yaml:1:1: needs the key 'scenario'");
  EXPECT_EQ(error_of("scenario: 2\n"), "x.yaml:1:11: scenario: this program reads format 1 only");
  EXPECT_EQ(error_of("scenario: 1\nduration: 1ms\n"), "x.yaml:1:1: needs the key 'devices'");
  EXPECT_EQ(error_of("scenario: 1\ndevices: [{}]\n"), "x.yaml:1:1: needs the key 'strategies'");
}

TEST(ScenarioErrors, NameFilesThatAreNone) {
  const Scratch scratch;
  EXPECT_EQ(scratch.error(""), "x.yaml:1:1: the file is empty");
  EXPECT_EQ(scratch.error("just text"), "x.yaml:1:1: expected a map of keys, found 'just text'");
  try {
    load_scenario(scratch.path("none.yaml"));
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(scratch.shortened(error.what()),
              "none.yaml: cannot be opened: No such file or directory");
  }
}

TEST(ScenarioErrors, SuggestAFileWithANameLikeIt) {
  const Scratch scratch;
  scratch.write("first-look.yaml", "");
  try {
    load_scenario(scratch.path("first-lok.yaml"));
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.suggestion(), scratch.path("first-look.yaml"));
  }
  try {
    load_scenario(scratch.path("first-look"));
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.suggestion(), scratch.path("first-look.yaml"));
  }
  scratch.write("profiles/server.yaml", "");
  EXPECT_TRUE(scratch.error(minimal("extends: [profiles/sever.yaml]"))
                  .ends_with("; did you mean 'profiles/server.yaml'?"));
}

TEST(ScenarioErrors, RefuseARunThatNeverEnds) {
  const auto text = error_of("scenario: 1\ndevices: [{name: nic}]\nstrategies: [iopf]\n");
  EXPECT_TRUE(text.starts_with("x.yaml:2:11: devices[0].workload")) << text;
}

TEST(ScenarioErrors, RefuseAWarmupAsLongAsTheRun) {
  EXPECT_EQ(error_of(minimal("warmup: 1ms")), "x.yaml:5:9: warmup: leaves nothing of the duration");
  EXPECT_EQ(error_of(minimal("duration: 2562h\n")),
            "x.yaml:5:1: duration: duplicate key; it stands first in line 2");
}

TEST(ScenarioErrors, RefuseDevicesOfTheSameName) {
  EXPECT_EQ(
      error_of("scenario: 1\nduration: 1ms\nstrategies: [iopf]\ndevices: [{name: a}, {name: a}]"),
      "x.yaml:4:22: devices[1]: another one is called 'a'; give each a name of its own");
}

TEST(ScenarioErrors, PlaceWhatTheModelsRefuse) {
  const auto text = error_of(
      "scenario: 1\nduration: 1ms\nstrategies: [iopf]\ndevices:\n- pri: {capacity: 8, allocation: "
      "9}\n");
  EXPECT_TRUE(text.starts_with("x.yaml:5:34: devices[0].pri.allocation: ")) << text;
}

TEST(ScenarioErrors, PlaceWhatTheModelsRefuseAboutADefault) {
  const auto text =
      error_of("scenario: 1\nduration: 1ms\nstrategies: [iopf]\ndevices:\n- pri: {capacity: 8}\n");
  EXPECT_TRUE(text.starts_with("x.yaml:5:8: devices[0].pri.allocation: ")) << text;
}

// The cause is a key deep inside a map whose other keys are older.
TEST(ScenarioErrors, AreNoneForAMapThatAnotherMapHasMadePointlessInAHigherLayer) {
  const Scratch scratch;
  const auto text = minimal(
      "iommu: {levels: {stage1: 5, stage2: 4}, second_stage: {leaf: 2MiB}}\n"
      "variants: {nested: {}, flat: {iommu: {levels: {stage2: 0}}}}\n");
  const auto scenario = scratch.load(text);
  EXPECT_EQ(scenario.cases[0].spec.iommu.second_stage.leaf_bits, 21);
  EXPECT_EQ(scenario.cases[1].spec.iommu.levels.stage2, 0U);
  EXPECT_NE(scratch.error(text, {"variants.flat.iommu.second_stage.leaf=1GiB"}), "");
}

constexpr const char* kGuest =
    "scenario: 1\nduration: 1ms\ndevices: [{name: nic, guest: vm}]\nhost: {memory: 4GiB}\n";
constexpr const char* kNotRead =
    "guests[0].vmm.costs.answer: has no effect: devices of guest 'vm' make no page request that "
    "its kernel serves: use strategy sva";

TEST(ScenarioErrors, RefuseAKeyOfAGuestThatNothingReads) {
  const Scratch scratch;
  const auto text = std::string(kGuest) + "guests: [{name: vm, vmm: {costs: {answer: 7us}}}]\n";
  EXPECT_EQ(scratch.error(text + "strategies: [viommu_map]\n"),
            std::string("x.yaml:5:43: ") + kNotRead);
  EXPECT_EQ(scratch.error(std::string(kGuest) + "guests: [{name: vm}]\nstrategies: [coiommu]\n",
                          {"guests.vm.vmm.costs.answer=7us"}),
            std::string("--set guests.vm.vmm.costs.answer=7us: ") + kNotRead);
}

// Who compares strategies, or kinds of virtual IOMMUs, says once what only some of them need.
TEST(ScenarioErrors, AreNoneForAKeyThatSomeRunReads) {
  const Scratch scratch;
  const auto text = std::string(kGuest) + "guests: [{name: vm, vmm: {costs: {answer: 7us}}}]\n";
  scratch.load(text + "strategies: [viommu_map, sva]\n");
  scratch.load(text +
               "strategies: [sva]\n"
               "variants: {vtd: {}, none: {guests: {vm: {viommu: {kind: none}}}}}\n");
}

TEST(ScenarioErrors, RefuseAKeyOfAVariantThatItsRunsDoNotRead) {
  const Scratch scratch;
  const auto text =
      std::string(kGuest) +
      "guests: [{name: vm}]\nstrategies: [sva]\n"
      "variants: {vtd: {}, none: {guests: {vm: {viommu: {kind: none}, era: '7.1'}}}}\n";
  EXPECT_EQ(scratch.error(text),
            "x.yaml:7:69: guests[0].era: has no effect: viommu.kind none leaves its kernel and its "
            "VMM nothing to do for its devices");
}

// pin takes the lock before the writers start.
TEST(ScenarioErrors, RefuseLockWritersThatNobodyWaitsFor) {
  const Scratch scratch;
  const std::string head = "scenario: 1\nduration: 1ms\ndevices: [{name: nic}]\n";
  const auto writers = head + "host: {mmap_lock: {writers: 1kops/s}}\n";
  const std::string error =
      "host.mmap_lock.writers: has no effect unless a strategy handles faults: pin takes the lock "
      "before the devices start, and then no more";
  EXPECT_EQ(scratch.error(writers + "strategies: [pin]\n"), "x.yaml:4:20: " + error);
  EXPECT_EQ(scratch.error(head + "strategies: [pin]\n", {"host.mmap_lock.writers=1kops/s"}),
            "--set host.mmap_lock.writers=1kops/s: " + error);
  EXPECT_NE(scratch.error(writers + "strategies: [pin]\nvariants: {a: {}, b: {}}\n"), "");
}

TEST(ScenarioErrors, AreNoneForLockWritersThatSomeStrategyWaitsForOrThatAreOverridden) {
  const Scratch scratch;
  const std::string head = "scenario: 1\nduration: 1ms\ndevices: [{name: nic}]\n";
  const auto writers = head + "host: {mmap_lock: {writers: 1kops/s}}\n";
  scratch.load(writers + "strategies: [pin, iopf]\n");
  scratch.load(writers + "strategies: [sva]\n");
  scratch.load(head + "host: {mmap_lock: {writers: 0/s}}\nstrategies: [pin]\n");
  scratch.load(writers + "strategies: [iopf]\n", {"strategies=[pin]"});
  scratch.load(writers + "strategies: [pin]\nvariants: {a: {}, b: {strategies: [iopf]}}\n");
  scratch.load(writers + "strategies: [iopf]\nvariants: {a: {strategies: [pin]}}\n");
  scratch.write("host.yaml", "host: {mmap_lock: {writers: 1kops/s}}\n");
  scratch.load(head + "extends: [host.yaml]\nstrategies: [pin]\n");
}

TEST(ScenarioErrors, StayOnOneLine) {
  EXPECT_EQ(error_of(minimal("\"a\\nb\": 1")), "x.yaml:5:1: a b: unknown key");
}

}  // namespace
}  // namespace faultpath::scenarios
