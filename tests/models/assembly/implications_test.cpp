// What a spec says between the lines: how long a run waits, and for how many answers.
#include "models/assembly/implications.hpp"

#include <gtest/gtest.h>

#include "models/assembly/guest_implications.hpp"
#include "tests/models/guest_support.hpp"

namespace faultpath::models {
namespace {

// 200,000 pages, or 20,000 groups at least, besides the credits.
TEST(Implications, PatienceIsShorterWhereAnAnswerMapsMany) {
  const auto with_premap = [](std::uint32_t premap) {
    SystemSpec spec = small_guest();
    IopfSpec iopf;
    iopf.premap = premap;
    spec.guests[0].backing = {"iopf", iopf};
    return patience(spec);
  };
  EXPECT_EQ(with_premap(1) - with_premap(4), 200'000U - 50'000U);
  EXPECT_EQ(with_premap(1) - with_premap(512), 200'000U - 20'000U);
}

// 200,000 pages, or 1,000 events at least, besides the credits.
TEST(Implications, PatienceIsShorterWhereAnEventBringsWhatFollows) {
  const auto with_prefetch = [](std::uint64_t pages) {
    SystemSpec spec = small_guest();
    OdpSpec odp;
    odp.prefetch = pages * kPageBytes;
    spec.strategy = {"odp", odp};
    return patience(spec);
  };
  EXPECT_EQ(with_prefetch(0) - with_prefetch(16), 200'000U - 12'500U);
  EXPECT_EQ(with_prefetch(0) - with_prefetch(1024), 200'000U - 1'000U);
}

// A global invalidation walks the tables of all devices of one guest: those of others are walked by
// their own VMMs.
// Such faults end sooner than those that bring a page.
TEST(Implications, BoundsOfMemoryAndAreasMayFailFaults) {
  const auto loses = [](const auto& change) {
    SystemSpec spec = small_system();
    change(spec);
    return may_lose(spec, spec.devices[0]);
  };
  EXPECT_FALSE(loses([](SystemSpec&) {}));
  EXPECT_TRUE(loses([](SystemSpec& spec) { spec.host.memory_cgroup.max = kMiB; }));
  EXPECT_TRUE(loses([](SystemSpec& spec) { spec.host.swap.size = 0; }));
  EXPECT_TRUE(loses([](SystemSpec& spec) { spec.host.mapping.memlock = kMiB; }));
  EXPECT_TRUE(loses([](SystemSpec& spec) { spec.processes.emplace_back().areas.resize(1); }));
}

TEST(Implications, AGuestWaitsForTheTablesOfItsOwnDevices) {
  const auto wait_of = [](std::uint32_t devices, std::uint32_t guests) {
    SystemSpec spec = small_guest();
    spec.guests[0].count = guests;
    spec.guests[0].behaviour = ChurnsPasidsSpec{1.0, ChurnsPasidsSpec::Invalidation::global, 1'000};
    spec.guests[0].vmm.costs.table_read = constant(sim::microseconds(1));
    spec.devices[0].count = devices;
    return longest_wait_for_guests(spec);
  };
  EXPECT_EQ(wait_of(1, 1), sim::milliseconds(1));
  EXPECT_EQ(wait_of(4, 1), sim::milliseconds(4));
  EXPECT_EQ(wait_of(4, 4), sim::milliseconds(1));
  EXPECT_EQ(wait_of(5, 4), sim::milliseconds(2)) << "one of them has two";
}

}  // namespace
}  // namespace faultpath::models
