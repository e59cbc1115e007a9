// Configuration caches: what each kind reads first, what stays, and what a small cache forgets.
#include "models/iommu/walk/configuration_cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "models/assembly/iommu_kinds.hpp"
#include "sim/random.hpp"

namespace faultpath::models {
namespace {

using Misses = ConfigurationCache::Misses;

/// Two levels to the context, three to the process.
ConfigurationFormat format(ConfigurationFormat::Processes processes) {
  return {{1, 2, 2}, {1, 3, 3}, processes, true};
}
constexpr auto kAll = ConfigurationFormat::Processes::all;

void expect(const Misses& misses, std::uint32_t device, std::uint32_t process) {
  EXPECT_EQ(misses.device_tables, device);
  EXPECT_EQ(misses.process_tables, process);
}

TEST(ConfigurationCache, ReadsEachTableOnceAndThenNothing) {
  ConfigurationCache cache({}, format(kAll), false);
  ConfigurationCache::Client client;
  expect(cache.look_up(client, {}), 2, 3);
  expect(cache.look_up(client, {}), 0, 0);
}

TEST(ConfigurationCache, EachPasidHasAnEntryOfItsOwnBehindTheSameContext) {
  ConfigurationCache cache({}, format(kAll), false);
  ConfigurationCache::Client client;
  expect(cache.look_up(client, Pasid{1}), 2, 3);
  expect(cache.look_up(client, Pasid{7}), 0, 3);
  expect(cache.look_up(client, Pasid{1}), 0, 0);
}

TEST(ConfigurationCache, DevicesShareNothingButTheRoom) {
  ConfigurationCache cache({}, format(kAll), false);
  ConfigurationCache::Client a, b;
  cache.look_up(a, {});
  expect(cache.look_up(b, {}), 2, 3);
}

TEST(ConfigurationCache, ForgetsTheLeastRecentlyUsedDeviceWhenFull) {
  ConfigurationCache cache({.entries = 2, .device_levels = {}, .process_levels = {}}, format(kAll),
                           false);
  ConfigurationCache::Client a, b, c;
  cache.look_up(a, {});
  cache.look_up(b, {});
  expect(cache.look_up(a, {}), 0, 0);
  cache.look_up(c, {});  // b goes
  expect(cache.look_up(a, {}), 0, 0);
  expect(cache.look_up(c, {}), 0, 0);
  expect(cache.look_up(b, {}), 2, 3);  // a goes
  expect(cache.look_up(c, {}), 0, 0);
  expect(cache.look_up(a, {}), 2, 3);
}

// A few clients fit at first; then more and more come, and some are forgotten.
TEST(ConfigurationCache, DoesWhatAListInTheOrderOfUseDoes) {
  constexpr std::size_t kRoom = 8;
  ConfigurationCache cache({.entries = kRoom, .device_levels = {}, .process_levels = {}},
                           format(kAll), false);
  std::array<ConfigurationCache::Client, 24> clients;
  std::vector<std::size_t> used;  // the latest at the end
  sim::RandomStream random{{1, 0, "configuration cache", "script"}};
  for (std::size_t step = 0; step < 5'000; ++step) {
    const std::size_t known = std::min(clients.size(), 4 + step / 100);
    const std::size_t client = random.below(known);
    const bool cached = std::erase(used, client) == 1;
    if (random.below(20) == 0) {
      cache.forget(clients[client]);
      continue;
    }
    used.push_back(client);
    if (used.size() > kRoom) used.erase(used.begin());
    const Misses misses = cache.look_up(clients[client], {});
    ASSERT_EQ(misses.device_tables, cached ? 0U : 2U) << "step " << step;
    ASSERT_EQ(misses.process_tables, cached ? 0U : 3U) << "step " << step;
  }
}

TEST(ConfigurationCache, ForgettingADeviceLeavesTheOthers) {
  ConfigurationCache cache({}, format(kAll), false);
  ConfigurationCache::Client a, b;
  cache.look_up(a, Pasid{1});
  cache.look_up(a, Pasid{2});
  cache.look_up(b, {});
  cache.forget(a);
  expect(cache.look_up(b, {}), 0, 0);
  expect(cache.look_up(a, Pasid{1}), 2, 3);
  expect(cache.look_up(a, Pasid{2}), 0, 3);
}

TEST(ConfigurationCache, ProcessTablesAreReadOnlyByRequestsThatLeadThroughThem) {
  using Processes = ConfigurationFormat::Processes;
  struct Case {
    Processes processes;
    bool nested;
    bool without_pasid;  // is the table read then?
  };
  for (const Case& c : {Case{Processes::all, false, true},
                        {Processes::pasid, true, false},
                        {Processes::pasid_or_nested, false, false},
                        {Processes::pasid_or_nested, true, true}}) {
    ConfigurationCache cache({}, format(c.processes), c.nested);
    ConfigurationCache::Client with, without;
    expect(cache.look_up(with, Pasid{1}), 2, 3);
    expect(cache.look_up(without, {}), 2, c.without_pasid ? 3 : 0);
  }
}

// Semantics 3.1; the depths of AMD and RISC-V are assumed, those of Arm are Linux's.
TEST(ConfigurationCache, EachKindReadsWhatItsTablesHave) {
  struct Case {
    IommuKind kind;
    std::uint32_t device, process, process_without_pasid;
    bool in_guest;
  };
  for (const Case& c : {Case{IommuKind::vtd, 2, 2, 2, false},
                        {IommuKind::smmu_pri, 2, 1, 1, true},
                        {IommuKind::smmu_stall, 2, 1, 1, true},
                        {IommuKind::amd, 1, 1, 0, true},
                        {IommuKind::riscv, 3, 1, 0, true}}) {
    SCOPED_TRACE(info_of(c.kind).name);
    ConfigurationCache cache({}, info_of(c.kind).configuration, false);
    ConfigurationCache::Client with, without;
    expect(cache.look_up(with, Pasid{1}), c.device, c.process);
    expect(cache.look_up(without, {}), c.device, c.process_without_pasid);
    EXPECT_FALSE(cache.process_tables_in_guest()) << "there is no guest";
    EXPECT_EQ(ConfigurationCache({}, info_of(c.kind).configuration, true).process_tables_in_guest(),
              c.in_guest);
  }
}

TEST(ConfigurationCache, TheScenarioMayChooseOtherDepths) {
  ConfigurationCache cache({.entries = 8, .device_levels = 1, .process_levels = 2}, format(kAll),
                           false);
  ConfigurationCache::Client client;
  expect(cache.look_up(client, {}), 1, 2);
}

}  // namespace
}  // namespace faultpath::models
