// Hundreds of random systems keep every invariant.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/models/invariants.hpp"
#include "tests/models/slow_count.hpp"

namespace faultpath::models {
namespace {

// A failure prints its seed; random_system(seed) is the whole of it.
void run_seeds(std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const SystemSpec spec = random_system(seed);
    expect_invariants(spec, run(spec));
    if (testing::Test::HasFailure()) return;
  }
}

TEST(RandomSystems, KeepEveryInvariant) { run_seeds(1, 200); }

// 4, 16 and 64 KiB.
TEST(RandomSystems, HaveBasePagesOfEverySize) {
  std::set<std::uint64_t> sizes;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    sizes.insert(random_system(seed).host.page_size.bytes());
  }
  EXPECT_EQ(sizes.size(), 3U);
}

TEST(RandomSystemsSlow, KeepEveryInvariant) { run_seeds(1'000, slow_count(1'000)); }

}  // namespace
}  // namespace faultpath::models
