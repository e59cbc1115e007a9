// Random streams against the published vectors of Threefry, and their independence.
#include "sim/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using Words = std::array<std::uint64_t, 4>;

// Threefry-4x64-20 once more, from the paper alone: Salmon et al., "Parallel random numbers: as
// easy as 1, 2, 3", SC 2011; rotations and parity constant from its Skein ancestor.
Words threefry(Words counter, const Words& key) {
  constexpr std::array<std::array<int, 2>, 8> kRotations{
      {{14, 16}, {52, 57}, {23, 40}, {5, 37}, {25, 33}, {46, 12}, {58, 22}, {32, 32}}};
  const std::array<std::uint64_t, 5> keys{key[0], key[1], key[2], key[3],
                                          0x1BD11BDAA9FC1A22 ^ key[0] ^ key[1] ^ key[2] ^ key[3]};
  const auto inject = [&](std::size_t n) {
    for (std::size_t i = 0; i < 4; ++i) counter[i] += keys[(n + i) % 5];
    counter[3] += n;
  };
  inject(0);
  for (std::size_t round = 0; round < 20; ++round) {
    const auto [first, second] = kRotations[round % 8];
    const std::size_t partner = round % 2 == 0 ? 1 : 3;
    const std::size_t other = 4 - partner;
    counter[0] += counter[partner];
    counter[partner] = std::rotl(counter[partner], first) ^ counter[0];
    counter[2] += counter[other];
    counter[other] = std::rotl(counter[other], second) ^ counter[2];
    if (round % 4 == 3) inject(round / 4 + 1);
  }
  return counter;
}

// Source of the vectors: kat_vectors of the Random123 distribution, "threefry4x64 20".
constexpr Words kZeros{};
constexpr Words kOfZeros{0x09218ebde6c85537, 0x55941f5266d86105, 0x4bd25e16282434dc,
                         0xee29ec846bd2e40b};
constexpr std::uint64_t kOnes = ~0ULL;

TEST(Threefry, TheReferenceOfThisTestGivesThePublishedVectors) {
  EXPECT_EQ(threefry(kZeros, kZeros), kOfZeros);
  EXPECT_EQ(
      threefry({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes, kOnes, kOnes}),
      (Words{0x29c24097942bba1b, 0x0371bbfb0f6f4e11, 0x3c231ffa33f83a1c, 0xcd29113fde32d168}));
  const Words pi{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89};
  const Words more_pi{0x452821e638d01377, 0xbe5466cf34e90c6c, 0xbe5466cf34e90c6c,
                      0xc0ac29b7c97c50dd};
  EXPECT_EQ(threefry(pi, more_pi), (Words{0xa7e8fde591651bd9, 0xbaafd0c30138319b,
                                          0x84a5c1a729e685b9, 0x901d406ccebc1ba4}));
}

// Source: Noll's page on the FNV hash lists these two texts as having a 64-bit FNV-1a hash of zero.
constexpr std::string_view kHashIsZero = "!0IC=VloaY";
constexpr std::string_view kHashIsZeroToo = "QvXtM>@Fp%";

TEST(StableHash, IsFnv1a) {
  EXPECT_EQ(stable_hash(""), 0xcbf29ce484222325);
  EXPECT_EQ(stable_hash("a"), 0xaf63dc4c8601ec8c);
  EXPECT_EQ(stable_hash("foobar"), 0x85944171f73967e8);
  EXPECT_EQ(stable_hash(kHashIsZero), 0U);
  EXPECT_EQ(stable_hash(kHashIsZeroToo), 0U);
}

TEST(RandomStream, GivesThePublishedVectorOfTheZeroKey) {
  RandomStream stream{{0, 0, kHashIsZero, kHashIsZeroToo}};
  for (const std::uint64_t word : kOfZeros) EXPECT_EQ(stream(), word);
}

TEST(RandomStream, IsThreefryOverACounterKeyedBySeedReplicationComponentAndPurpose) {
  RandomStream stream{{7, 3, "devices/nic.0", "address"}};
  const Words key{7, 3, stable_hash("devices/nic.0"), stable_hash("address")};
  for (std::uint64_t block = 0; block < 100; ++block) {
    for (const std::uint64_t word : threefry({block, 0, 0, 0}, key)) ASSERT_EQ(stream(), word);
  }
}

TEST(RandomStream, EveryPartOfItsKeyMatters) {
  const StreamKey key{1, 0, "a", "b"};
  const auto first = [](const StreamKey& k) { return RandomStream{k}(); };
  EXPECT_EQ(first(key), first(key));
  EXPECT_NE(first(key), first({2, 0, "a", "b"}));
  EXPECT_NE(first(key), first({1, 1, "a", "b"}));
  EXPECT_NE(first(key), first({1, 0, "c", "b"}));
  EXPECT_NE(first(key), first({1, 0, "a", "c"}));
}

TEST(RandomStream, AnotherComponentShiftsNobodysDraws) {
  const Simulation alone{bare(5)};
  const Simulation crowd{bare(5)};
  RandomStream in_solitude = alone.stream("devices/nic.0", "address");
  RandomStream neighbour = crowd.stream("devices/nic.1", "address");
  RandomStream in_company = crowd.stream("devices/nic.0", "address");
  for (int i = 0; i < 100; ++i) {
    neighbour();
    ASSERT_EQ(in_solitude(), in_company());
  }
}

TEST(RandomStream, BelowIsUniformWithinItsOwnConfidenceInterval) {
  RandomStream stream{{1, 0, "test", "below"}};
  std::array<int, 7> counts{};
  constexpr int kDraws = 700'000;
  for (int i = 0; i < kDraws; ++i) ++counts.at(stream.below(7));
  // Each count is binomial; 4.5 standard deviations are exceeded once in 150,000 counts.
  const double p = 1.0 / 7.0;
  for (const int count : counts) {
    EXPECT_NEAR(count, kDraws * p, 4.5 * std::sqrt(kDraws * p * (1.0 - p)));
  }
}

TEST(RandomStream, BelowRejectsWhatWouldBeBiased) {
  // With a bound of 3 * 2^62 the plain product would draw numbers divisible by 3 twice as often as
  // the others: half of all instead of a third.
  RandomStream stream{{1, 0, "test", "bias"}};
  constexpr int kDraws = 90'000;
  int divisible = 0;
  for (int i = 0; i < kDraws; ++i) divisible += stream.below(3ULL << 62) % 3 == 0 ? 1 : 0;
  EXPECT_NEAR(divisible, kDraws / 3.0, 4.5 * std::sqrt(kDraws * 2.0 / 9.0));
  EXPECT_EQ(stream.below(1), 0U);
}

TEST(RandomStream, UnitLiesInItsInterval) {
  RandomStream stream{{1, 0, "test", "unit"}};
  double sum = 0.0;
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) {
    const double u = stream.unit();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 4.5 / std::sqrt(12.0 * kDraws));
}

}  // namespace
}  // namespace faultpath::sim
