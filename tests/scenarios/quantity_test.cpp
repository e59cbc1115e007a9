// Numbers with units are exact, and say what is wrong with them.
#include "scenarios/quantity.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace faultpath::scenarios {
namespace {

std::string complaint(const std::function<void()>& reader) {
  try {
    reader();
  } catch (const BadValue& bad) {
    return bad.message + (bad.suggestion.empty() ? "" : " -> " + bad.suggestion);
  }
  return "none";
}
std::string complaint_about_duration(const char* text) {
  return complaint([&] { parse_duration(text); });
}
std::string complaint_about_bytes(const char* text) {
  return complaint([&] { parse_bytes(text); });
}

TEST(Quantity, ReadsDurationsExactly) {
  EXPECT_EQ(parse_duration("250ns").count(), 250'000);
  EXPECT_EQ(parse_duration("1.5us").count(), 1'500'000);
  EXPECT_EQ(parse_duration("66.8ns").count(), 66'800);
  EXPECT_EQ(parse_duration("0.001ns").count(), 1);
  EXPECT_EQ(parse_duration("2 ms").count(), 2'000'000'000);
  EXPECT_EQ(parse_duration("1e-3s").count(), 1'000'000'000);
  EXPECT_EQ(parse_duration("1min"), sim::seconds(60));
  EXPECT_EQ(parse_duration("1h"), sim::seconds(3600));
}

TEST(Quantity, ReachesTheLongestTimeAndNotOnePicosecondMore) {
  EXPECT_EQ(parse_duration("9223372036854775.807ns"), sim::Duration::max());
  EXPECT_EQ(complaint_about_duration("9223372036854775.808ns"),
            "beyond 106 days, the longest time that can be simulated");
}

TEST(Quantity, NamesTheUnitsThatADurationNeeds) {
  EXPECT_EQ(complaint_about_duration("250"),
            "needs a unit: a duration such as 250ns, in ps, ns, us, ms, s, min or h");
  EXPECT_EQ(complaint_about_duration("0"),
            "needs a unit: a duration such as 250ns, in ps, ns, us, ms, s, min or h");
}

TEST(Quantity, SuggestsTheNearestUnit) {
  EXPECT_EQ(complaint_about_duration("3uss"),
            "unknown unit 'uss': a duration such as 250ns, in ps, ns, us, ms, s, min or h -> us");
  EXPECT_TRUE(complaint_about_bytes("4kib").ends_with(" -> KiB"));
  EXPECT_TRUE(complaint([] { parse_rate("2mops/s"); }).ends_with(" -> Mops/s"));
  EXPECT_TRUE(complaint([] { parse_bandwidth("2GBs"); }).ends_with(" -> GB/s"));
}

TEST(Quantity, RefusesWhatIsNegative) {
  EXPECT_EQ(complaint_about_duration("-1ns"), "a duration cannot be negative");
  EXPECT_EQ(complaint_about_bytes("-4KiB"), "a size cannot be negative");
  EXPECT_EQ(complaint([] { parse_integer("-1"); }), "cannot be negative");
}

TEST(Quantity, RefusesWhatIsFinerThanItsSmallestUnit) {
  EXPECT_EQ(complaint_about_duration("0.5ps"), "finer than a picosecond");
  EXPECT_EQ(complaint_about_bytes("1.3KiB"), "not a whole number of bytes");
  EXPECT_EQ(complaint([] { parse_integer("1.5"); }), "expected a whole number, found a fraction");
}

TEST(Quantity, ReadsSizesInBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_bytes("4KiB"), 4096U);
  EXPECT_EQ(parse_bytes("1.5GiB"), 1'610'612'736U);
  EXPECT_EQ(parse_bytes("2MB"), 2'000'000U);
  EXPECT_EQ(parse_bytes("1TiB"), 1ULL << 40);
  EXPECT_EQ(complaint_about_bytes("16777216TiB"), "beyond 64 bits");
}

TEST(Quantity, ReadsRatesBandwidthsAndShares) {
  EXPECT_EQ(parse_rate("2Mops/s"), 2e6);
  EXPECT_EQ(parse_rate("0/s"), 0.0);
  EXPECT_EQ(parse_bandwidth("12.5GB/s"), 12.5e9);
  EXPECT_EQ(parse_bandwidth("100Gb/s"), 12.5e9);
  EXPECT_EQ(parse_bandwidth("1GiB/s"), 1073741824.0);
  EXPECT_EQ(parse_share("30%"), 0.3);
  EXPECT_EQ(parse_share("100%"), 1.0);
}

TEST(Quantity, RefusesMoreThanAWhole) {
  EXPECT_EQ(complaint([] { parse_share("100.1%"); }), "a share cannot be above 100%");
}

TEST(Quantity, ReadsIntegersOfSixtyFourBitsAndNoMore) {
  EXPECT_EQ(parse_integer("1e6"), 1'000'000U);
  EXPECT_EQ(parse_integer("100000000000000000"), 100'000'000'000'000'000U);
  EXPECT_EQ(complaint([] { parse_integer("1e20"); }), "beyond 64 bits");
  EXPECT_EQ(complaint([] { parse_integer("64KiB"); }),
            "expected a whole number without a unit, found '64KiB'");
  EXPECT_EQ(complaint([] { parse_integer("many"); }), "expected a whole number, found 'many'");
}

TEST(Quantity, WritesTextThatReadsBackTheSame) {
  for (const std::int64_t ps : {0LL, 1LL, 999LL, 66'800LL, 1'500'000LL, 123'456'789'012'345LL}) {
    EXPECT_EQ(parse_duration(duration_text(sim::Duration{ps})).count(), ps);
  }
  for (const std::uint64_t bytes : {0ULL, 1ULL, 4096ULL, 6144ULL, 1ULL << 50, 12345678901ULL}) {
    EXPECT_EQ(parse_bytes(bytes_text(bytes)), bytes);
  }
  for (const double value : {0.0, 1.0, 500.0, 2e6, 12.5e9, 31.5e9, 1e9 / 3.0}) {
    EXPECT_EQ(parse_rate(rate_text(value)), value);
    EXPECT_EQ(parse_bandwidth(bandwidth_text(value)), value);
  }
  for (const double share : {0.0, 0.07, 0.3, 0.29, 0.125, 1.0}) {
    EXPECT_EQ(parse_share(share_text(share)), share);
  }
}

TEST(Quantity, WritesTheShortestText) {
  EXPECT_EQ(duration_text(sim::picoseconds(66'800)), "66.8ns");
  EXPECT_EQ(duration_text(sim::milliseconds(1)), "1ms");
  EXPECT_EQ(bytes_text(6144), "6KiB");
  EXPECT_EQ(rate_text(500.0), "500/s");
  EXPECT_EQ(bandwidth_text(31.5e9), "31.5GB/s");
  EXPECT_EQ(share_text(0.07), "7%");
}

TEST(Quantity, KeepsWholeNumbersOf64BitsToTheLastDigit) {
  EXPECT_EQ(parse_integer("18446744073709551615"), 18446744073709551615ULL);
  EXPECT_EQ(parse_integer("18446744073709551614"), 18446744073709551614ULL);
  EXPECT_EQ(parse_integer("9999999999999999999"), 9999999999999999999ULL);
  EXPECT_EQ(parse_integer("18446744073709551615.000"), 18446744073709551615ULL);
  EXPECT_EQ(parse_integer("1e19"), 10000000000000000000ULL);
  for (const char* beyond : {"18446744073709551616", "184467440737095516150",
                             "1844674407370955161590", "99999999999999999999", "2e19"}) {
    try {
      parse_integer(beyond);
      ADD_FAILURE() << beyond;
    } catch (const BadValue& bad) {
      EXPECT_EQ(bad.message, "beyond 64 bits") << beyond;
    }
  }
  EXPECT_THROW(parse_integer("1.00000000000000000000000001"), BadValue);
}

// How others write units, and what is meant.
TEST(Quantity, SuggestsTheUnitThatIsMeant) {
  const auto suggested = [](auto parse, const char* text) -> std::string {
    try {
      parse(text);
    } catch (const BadValue& bad) {
      return bad.suggestion;
    }
    return "accepted";
  };
  EXPECT_EQ(suggested(parse_rate, "100k/s"), "kops/s");
  EXPECT_EQ(suggested(parse_rate, "2M/s"), "Mops/s");
  EXPECT_EQ(suggested(parse_duration, "5\u00b5s"), "us");  // the micro sign
  EXPECT_EQ(suggested(parse_duration, "5\u03bcs"), "us");  // the Greek letter
  EXPECT_EQ(suggested(parse_duration, "5usec"), "us");
  EXPECT_EQ(suggested(parse_bytes, "4K"), "KiB");
  EXPECT_EQ(suggested(parse_bandwidth, "100Gbps"), "Gb/s");
  EXPECT_EQ(suggested(parse_bandwidth, "3GB"), "GB/s");
}

}  // namespace
}  // namespace faultpath::scenarios
