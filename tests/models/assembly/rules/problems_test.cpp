// Systems that cannot be run although each value is in its range: which key is blamed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/models/blamed.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Problems, TheSmallSystemHasNone) { EXPECT_THAT(blamed(small_system()), IsEmpty()); }

// The record of a stall says which stage is missing. Only a fault file loses that on the way.
TEST(Problems, AStallOfTheSecondStageGoesToTheHostUnlessAFaultFileHasIt) {
  SystemSpec spec = small_system();
  spec.iommu.kind = IommuKind::smmu_stall;
  spec.iommu.levels.stage2 = 4;
  spec.iommu.second_stage.backing = SecondStageBacking::on_demand;
  spec.iommu.second_stage.misses_go_to = MissRoute::guest;
  spec.route = RouteSpec(IommufdSpec{});
  EXPECT_THAT(blamed(spec), IsEmpty());
  spec.route = RouteSpec(ContainerSpec{});
  EXPECT_THAT(blamed(spec), ElementsAre("iommu.second_stage.misses_go_to"));
}

TEST(Problems, OfASecondStageBlameTheKeyThatIsAtFault) {
  struct Case {
    const char* path;
    std::function<void(SystemSpec&)> change;
  };
  const Case cases[] = {
      {"iommu.levels.stage2", [](auto& s) { s.iommu.levels.stage2 = 2; }},
      {"iommu.second_stage.cache.entries", [](auto& s) { s.iommu.second_stage.cache = {6, 4}; }},
      {"iommu.second_stage.leaf", [](auto& s) { s.iommu.second_stage.leaf_bits = 30; }},
      {"iommu.second_stage.backing", [](auto& s) { s.strategy = {"iopf_grow", IopfGrowSpec{}}; }},
      {"iommu.second_stage.walk_cache.entries",
       [](auto& s) { s.iommu.second_stage.walk_cache = {6, 4}; }},
      {"iommu.second_stage.grant",
       [](auto& s) {
         s.iommu.second_stage.grant = GuestGrant::as_asked;
         s.iommu.second_stage.leaf_bits = 21;
       }},
      {"iommu.second_stage.misses_go_to",
       [](auto& s) {
         s.iommu.kind = IommuKind::smmu_stall;
         s.iommu.second_stage.misses_go_to = MissRoute::guest;
       }},
      {"iommu.configuration.device_levels",
       [](auto& s) { s.iommu.configuration.device_levels = 3; }},
      {"iommu.configuration.process_levels",
       [](auto& s) { s.iommu.configuration.process_levels = 1; }},
      {"devices[0].workload",
       [](auto& s) {
         s.iommu.levels = {4, 3};  // tables do not fit behind 512 GiB of data
         s.devices[0].workload.footprint = 512 * kGiB;
         s.host.memory = 1024 * kGiB;
       }},
  };
  for (const Case& c : cases) {
    SystemSpec spec = small_system();
    spec.iommu.levels.stage2 = 4;
    spec.iommu.second_stage.backing = SecondStageBacking::on_demand;
    ASSERT_THAT(blamed(spec), IsEmpty());
    c.change(spec);
    EXPECT_THAT(blamed(spec), ElementsAre(c.path));
  }
}

// Eight bits, in steps of 50 ns.
TEST(Problems, OfAmdsResponseTimerAreWhatItCannotCount) {
  SystemSpec spec = small_system();
  spec.iommu.kind = IommuKind::amd;
  spec.strategy = {"sva", SvaSpec{}};
  for (const int good : {0, 50, 255 * 50}) {
    spec.iommu.kind.as<AmdSpec>().response_delay = sim::nanoseconds(good);
    EXPECT_THAT(blamed(spec), IsEmpty()) << good;
  }
  for (const int bad : {75, 256 * 50}) {
    spec.iommu.kind.as<AmdSpec>().response_delay = sim::nanoseconds(bad);
    EXPECT_THAT(blamed(spec), ElementsAre("iommu.amd.response_delay")) << bad;
  }
}

TEST(Problems, BlameTheKeyThatIsAtFault) {
  struct Case {
    const char* path;
    std::function<void(SystemSpec&)> change;
  };
  const Case cases[] = {
      {"devices[0].pri.allocation", [](auto& s) { s.devices[0].pri.allocation = 257; }},
      {"devices[0].pri.group", [](auto& s) { s.devices[0].pri.group = 33; }},
      {"devices[0].ats.entries", [](auto& s) { s.devices[0].ats = {10, 4}; }},
      {"devices[0].workload.operation", [](auto& s) { s.devices[0].workload.operation = kGiB; }},
      {"devices[0].workload.phases", [](auto& s) { s.devices[0].workload.kind = PhasesSpec{}; }},
      {"devices[0].workload.kind", [](auto& s) { s.run.stop = {}; }},
      {"devices[0].workload",
       [](auto& s) {
         s.devices[0].workload.footprint = (1ULL << 39) + kPageBytes;  // three levels: 39 bits
         s.iommu.levels.stage1 = 3;
       }},
      {"devices[0].on_fault",
       [](auto& s) {
         s.iommu.kind = IommuKind::smmu_stall;
         s.devices[0].on_fault = DropSpec{};
       }},
      {"devices[0].nonfaultable[0]",
       [](auto& s) { s.devices[0].nonfaultable = {{63 * kPageBytes, kPageBytes + 1}}; }},
      {"devices[0].stop_at_end", [](auto& s) { s.devices[0].stop_at_end = StopAtEnd::marker; }},
      {"devices[0].virtual_function_of",
       [](auto& s) { s.devices[0].virtual_function_of = "device"; }},
      {"devices[0].reset.every", [](auto& s) { s.devices[0].reset.every = sim::seconds(1); }},
      {"devices[0].stops", [](auto& s) { s.devices[0].stops = {{0, sim::microseconds(1), true}}; }},
      {"devices[0].stops[0].context",
       [](auto& s) {
         s.strategy = {"sva", SvaSpec{}};
         s.devices[0].stops = {{1, sim::microseconds(1), true}};
       }},
      {"iommu.queue_entries", [](auto& s) { s.iommu.queue_entries = 100; }},
      {"iommu.queue_entries", [](auto& s) { s.iommu.queue_entries = 1; }},
      {"iommu.iotlb.entries", [](auto& s) { s.iommu.iotlb = {0, 8}; }},
      {"iommu.walk_cache.entries", [](auto& s) { s.iommu.walk_cache = {6, 4}; }},
      {"host.reclaim.low", [](auto& s) { s.host.reclaim.min = 0.5; }},
      {"host.memory",
       [](auto& s) {
         s.strategy = {"pin", PinSpec{}};
         s.host.memory = 63 * kPageBytes;
       }},
      {"host.memory",
       [](auto& s) {
         s.devices[0].memory.populated = true;
         s.host.memory = 63 * kPageBytes;
       }},
      {"devices", [](auto& s) { s.devices[0].workload.footprint = 17ULL << 40; }},
      {"strategies.lru.limit",
       [](auto& s) { s.strategy = {"lru", LruLockedSpec{.limit = {std::uint64_t{kPageBytes}}}}; }},
      {"strategies.lru.recency",
       [](auto& s) {
         s.strategy = {"lru",
                       LruLockedSpec{.limit = {0.5}, .recency = LruLockedSpec::Recency::used}};
       }},
  };
  for (const Case& each : cases) {
    SystemSpec spec = small_system();
    each.change(spec);
    EXPECT_THAT(blamed(spec), ElementsAre(each.path));
  }
}

// 16 and 1024 pages of one space.
TEST(Problems, OfASharedSpaceReckonWithThePagesOfAll) {
  for (const bool small_first : {true, false}) {
    SystemSpec spec = small_system();
    spec.devices[0].address_space = "common";
    spec.devices.push_back(spec.devices[0]);
    spec.traces.emplace_back();
    spec.devices[small_first ? 0 : 1].workload.footprint = 16 * kPageBytes;
    spec.devices[small_first ? 1 : 0].workload.footprint = 1024 * kPageBytes;
    spec.strategy = {"pin", PinSpec{}};
    spec.host.memory = 1024 * kPageBytes;
    EXPECT_THAT(blamed(spec), IsEmpty());
    spec.host.memory = 1023 * kPageBytes;
    EXPECT_THAT(blamed(spec), ElementsAre("host.memory"));
    spec.strategy = {"lru", LruLockedSpec{.limit = {0.1}}};  // one page of the small one's
    EXPECT_THAT(blamed(spec), IsEmpty());
  }
}

TEST(Problems, OfRangesThatCannotFaultAreThoseThatTheDeviceDoesNotTouch) {
  SystemSpec spec = small_system();
  spec.devices[0].nonfaultable = {{2 * kPageBytes, 3 * kPageBytes}};
  replay(spec, trace_of_pages({10, 11, 14, 100}));
  EXPECT_THAT(blamed(spec), IsEmpty());
  spec.devices[0].nonfaultable = {{2 * kPageBytes, 2 * kPageBytes}};  // 12 and 13
  EXPECT_THAT(blamed(spec), ElementsAre("devices[0].nonfaultable[0]"));
}

TEST(Problems, OfTranslationBlameTheKeyThatIsAtFault) {
  SystemSpec bits = small_system();
  bits.iommu.access_dirty.dirty = DirtyUpdate::software;
  EXPECT_THAT(blamed(bits), ElementsAre("iommu.access_dirty.dirty"));
  SystemSpec cost = small_system();
  cost.iommu.access_dirty.update = constant(sim::nanoseconds(100));
  EXPECT_THAT(blamed(cost), ElementsAre("iommu.access_dirty.update"));
  SystemSpec several = small_system();
  several.devices[0].ats.translations_per_request = 2;
  EXPECT_THAT(blamed(several), IsEmpty());
  several.iommu.kind = IommuKind::smmu_stall;
  EXPECT_THAT(blamed(several), ElementsAre("devices[0].ats"));
  several.devices[0].ats = {.invalidate_queue_depth = 4};
  EXPECT_THAT(blamed(several), ElementsAre("devices[0].ats"));
}

TEST(Problems, ASystemWithoutDevicesIsNone) {
  SystemSpec spec = small_system();
  spec.devices.clear();
  spec.traces.clear();
  EXPECT_THAT(blamed(spec), ElementsAre("devices"));
}

TEST(Problems, ATraceMustFitItsDevices) {
  const auto with = [](TraceEntry entry) {
    SystemSpec spec = small_system();
    auto trace = std::make_shared<TraceData>();
    trace->entries.push_back(entry);
    replay(spec, trace);
    return spec;
  };
  const TraceEntry good{{Iova{0}, 1, false}, {}, 0, 0};
  EXPECT_THAT(blamed(with(good)), IsEmpty());
  TraceEntry other_device = good;
  other_device.device = 1;
  EXPECT_THAT(blamed(with(other_device)), ElementsAre("devices[0].workload.file"));
  TraceEntry other_pasid = good;
  other_pasid.pasid = 1;
  EXPECT_THAT(blamed(with(other_pasid)), ElementsAre("devices[0].workload.file"));
  SystemSpec empty = small_system();
  replay(empty, std::make_shared<TraceData>());
  EXPECT_THAT(blamed(empty), ElementsAre("devices[0].workload.file"));
  SystemSpec endless = with(good);
  endless.devices[0].workload.kind = TraceSpec{.repeat = true};
  EXPECT_THAT(blamed(endless), ElementsAre("devices[0].workload.repeat"));
}

// Whoever is driven by a queue depth does not look at the times.
TEST(Problems, ARecordingThatSpansNoTimeCannotBeRepeatedByItsTimes) {
  SystemSpec spec = small_system();
  auto trace = std::make_shared<TraceData>();
  trace->timed = true;
  trace->entries = {{{Iova{0}, 1, false}, at_ns(9), 0, 0}, {{Iova{0}, 1, false}, at_ns(9), 0, 0}};
  replay(spec, trace);
  spec.run.stop.operations = 10;
  spec.devices[0].workload.kind = TraceSpec{.repeat = true};
  EXPECT_THAT(blamed(spec), IsEmpty());
  spec.devices[0].workload.queue_depth.reset();
  EXPECT_THAT(blamed(spec), ElementsAre("devices[0].workload.repeat"));
  spec.devices[0].workload.kind = TraceSpec{.repeat = false};
  EXPECT_THAT(blamed(spec), IsEmpty());
}

TEST(Problems, DevicesThatShareASpaceAgreeOnWhatLiesBehindIt) {
  SystemSpec spec = small_system();
  spec.devices[0].address_space = "common";
  spec.devices.push_back(spec.devices[0]);
  spec.traces.emplace_back();
  EXPECT_THAT(blamed(spec), IsEmpty());
  spec.devices[1].memory.kind = Backing::file;
  EXPECT_THAT(blamed(spec), ElementsAre("devices[1].memory"));
}

TEST(Problems, AmdWithoutPasidsIsOne) {
  SystemSpec spec = small_system();
  spec.iommu.kind = IommuKind::amd;
  EXPECT_THAT(blamed(spec), ElementsAre("iommu.kind"));
  spec.strategy = {"sva", SvaSpec{}};
  EXPECT_THAT(blamed(spec), IsEmpty());
}

}  // namespace
}  // namespace faultpath::models
