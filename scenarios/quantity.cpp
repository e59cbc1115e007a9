// The units, and reading and writing numbers with them.
#include "scenarios/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "scenarios/decimal.hpp"
#include "scenarios/excerpt.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::scenarios {
namespace {

// A unit and how many of the smallest unit it holds. `shown`: text may be written in it.
struct Unit {
  std::string_view name;
  std::uint64_t factor;
  bool shown = true;
};

constexpr std::uint64_t kKi = 1024;

constexpr Unit kDurationUnits[] = {{"ps", 1},
                                   {"ns", 1'000},
                                   {"us", 1'000'000},
                                   {"ms", 1'000'000'000},
                                   {"s", 1'000'000'000'000},
                                   {"min", 60'000'000'000'000, false},
                                   {"h", 3'600'000'000'000'000, false}};
constexpr Unit kBytesUnits[] = {
    {"B", 1},
    {"KiB", kKi},
    {"MiB", kKi* kKi},
    {"GiB", kKi* kKi* kKi},
    {"TiB", kKi* kKi* kKi* kKi},
    {"kB", 1'000, false},
    {"MB", 1'000'000, false},
    {"GB", 1'000'000'000, false},
    {"TB", 1'000'000'000'000, false},
};
constexpr Unit kRateUnits[] = {{"/s", 1},
                               {"ops/s", 1, false},
                               {"kops/s", 1'000},
                               {"Mops/s", 1'000'000},
                               {"Gops/s", 1'000'000'000}};
// The units of bits a second.
constexpr Unit kBandwidthUnits[] = {{"B/s", 8},
                                    {"kB/s", 8'000},
                                    {"MB/s", 8'000'000},
                                    {"GB/s", 8'000'000'000},
                                    {"TB/s", 8'000'000'000'000},
                                    {"KiB/s", 8 * kKi, false},
                                    {"MiB/s", 8 * kKi* kKi, false},
                                    {"GiB/s", 8 * kKi* kKi* kKi, false},
                                    {"b/s", 1, false},
                                    {"kb/s", 1'000, false},
                                    {"Mb/s", 1'000'000, false},
                                    {"Gb/s", 1'000'000'000, false},
                                    {"Tb/s", 1'000'000'000'000, false}};
constexpr Unit kShareUnits[] = {{"%", 1}};

// A kind of quantity in the words of its errors.
struct Family {
  std::string_view name;      // "a duration"
  std::string_view examples;  // "such as 250ns"
  std::span<const Unit> units;
};
constexpr Family kDurations{"a duration", "250ns", kDurationUnits};
constexpr Family kSizes{"a size", "4KiB", kBytesUnits};
constexpr Family kRates{"a rate", "2Mops/s", kRateUnits};
constexpr Family kBandwidths{"a bandwidth", "12.5GB/s", kBandwidthUnits};
constexpr Family kShares{"a share", "30%", kShareUnits};

std::vector<std::string> names(std::span<const Unit> units) {
  std::vector<std::string> all;
  for (const auto& unit : units) all.emplace_back(unit.name);
  return all;
}

// Other spellings of units: with a Greek letter, with the prefix alone, or in words. The micro sign
// and the Greek letter mu look alike, so both are here.
constexpr std::pair<std::string_view, std::string_view> kOtherWords[] = {
    {"\u00b5s", "us"},  {"\u03bcs", "us"}, {"usec", "us"},    {"msec", "ms"},    {"nsec", "ns"},
    {"sec", "s"},       {"hr", "h"},       {"k", "kops/s"},   {"GB", "GB/s"},    {"GiB", "GiB/s"},
    {"k/s", "kops/s"},  {"M/s", "Mops/s"}, {"G/s", "Gops/s"}, {"kHz", "kops/s"}, {"MHz", "Mops/s"},
    {"Hz", "/s"},       {"K", "KiB"},      {"k", "KiB"},      {"M", "MiB"},      {"G", "GiB"},
    {"T", "TiB"},       {"KB", "KiB"},     {"kbps", "kb/s"},  {"Mbps", "Mb/s"},  {"Gbps", "Gb/s"},
    {"Gbit/s", "Gb/s"}, {"Mbit/s", "Mb/s"}};

std::string meant_unit(std::string_view written, const std::vector<std::string>& units) {
  for (const auto& [word, unit] : kOtherWords) {
    if (word == written && std::ranges::find(units, unit) != units.end()) return std::string(unit);
  }
  return nearest(written, units);
}

struct Measured {
  Decimal number;
  std::uint64_t factor;
};

Measured measure(std::string_view text, const Family& family) {
  const auto parts = split_number(text);
  if (!parts) {
    throw BadValue{fmt::format("expected {} such as {}, found '{}'", family.name, family.examples,
                               excerpt(text)),
                   {}};
  }
  const auto unit = std::ranges::find(family.units, parts->rest, &Unit::name);
  if (unit == family.units.end()) {
    const auto units = names(family.units);
    const auto problem = parts->rest.empty()
                             ? std::string("needs a unit")
                             : fmt::format("unknown unit '{}'", excerpt(parts->rest, 20));
    throw BadValue{fmt::format("{}: {} such as {}, in {}", problem, family.name, family.examples,
                               listed(units)),
                   parts->rest.empty() ? "" : meant_unit(parts->rest, units)};
  }
  if (parts->number.negative && parts->number.digits != 0) {
    throw BadValue{fmt::format("{} cannot be negative", family.name), {}};
  }
  return {parts->number, unit->factor};
}

std::uint64_t whole(const Measured& measured, std::uint64_t most, const char* fraction,
                    const char* too_large) {
  const Scaled result = scaled(measured.number, measured.factor, most);
  if (result.outcome == Whole::fraction) throw BadValue{fraction, {}};
  if (result.outcome == Whole::too_large) throw BadValue{too_large, {}};
  return result.value;
}

Decimal parse_plain(std::string_view text, std::string_view what) {
  const auto parts = split_number(text);
  if (!parts) throw BadValue{fmt::format("expected {}, found '{}'", what, excerpt(text)), {}};
  if (!parts->rest.empty()) {
    throw BadValue{fmt::format("expected {} without a unit, found '{}'", what, excerpt(text)), {}};
  }
  return parts->number;
}

// The fewest digits that read back as the same value.
std::string shortest(double value, double factor, double divisor) {
  double number = 0.0;
  for (int digits = 1; digits <= 17; ++digits) {
    const auto text = fmt::format("{:.{}e}", value / factor * divisor, digits - 1);
    number = split_number(text)->number.to_double();
    if (number * factor / divisor == value) break;
  }
  return fmt::format("{}", number);
}

// Writes a value in the largest unit that is not above it.
std::string scaled_text(double value, std::span<const Unit> units, double divisor) {
  const Unit* best = &units.front();
  for (const auto& unit : units) {
    if (unit.shown && static_cast<double>(unit.factor) / divisor <= value) best = &unit;
  }
  return shortest(value, static_cast<double>(best->factor), divisor) + std::string(best->name);
}

}  // namespace

sim::Duration parse_duration(std::string_view text) {
  const auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto picoseconds = whole(measure(text, kDurations), most, "finer than a picosecond",
                                 "beyond 106 days, the longest time that can be simulated");
  return sim::Duration{static_cast<std::int64_t>(picoseconds)};
}

std::uint64_t parse_bytes(std::string_view text) {
  return whole(measure(text, kSizes), std::numeric_limits<std::uint64_t>::max(),
               "not a whole number of bytes", "beyond 64 bits");
}

double parse_share(std::string_view text) {
  const double percent = measure(text, kShares).number.to_double();
  if (percent > 100.0) throw BadValue{"a share cannot be above 100%", {}};
  return percent / 100.0;
}

double parse_rate(std::string_view text) {
  const auto measured = measure(text, kRates);
  return measured.number.to_double() * static_cast<double>(measured.factor);
}

double parse_bandwidth(std::string_view text) {
  const auto measured = measure(text, kBandwidths);
  return measured.number.to_double() * static_cast<double>(measured.factor) / 8.0;
}

std::uint64_t parse_integer(std::string_view text) {
  const Decimal number = parse_plain(text, "a whole number");
  if (number.negative && number.digits != 0) throw BadValue{"cannot be negative", {}};
  return whole({number, 1}, std::numeric_limits<std::uint64_t>::max(),
               "expected a whole number, found a fraction", "beyond 64 bits");
}

double parse_real(std::string_view text) { return parse_plain(text, "a number").to_double(); }

std::string duration_text(sim::Duration duration) {
  const auto value = static_cast<std::uint64_t>(duration.count());
  if (value == 0) return "0ns";
  const Unit* best = &kDurationUnits[0];
  for (const auto& unit : kDurationUnits) {
    if (unit.shown && unit.factor <= value) best = &unit;
  }
  std::string text =
      fmt::format("{}.{:0{}}", value / best->factor, value % best->factor,
                  best->factor == 1 ? 1 : fmt::formatted_size("{}", best->factor) - 1);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + std::string(best->name);
}

std::string bytes_text(std::uint64_t bytes) {
  const Unit* best = &kBytesUnits[0];
  for (const auto& unit : kBytesUnits) {
    if (unit.shown && bytes != 0 && bytes % unit.factor == 0) best = &unit;
  }
  return fmt::format("{}{}", bytes / best->factor, best->name);
}

std::string share_text(double share) { return shortest(share, 1.0, 100.0) + "%"; }
std::string rate_text(double per_second) { return scaled_text(per_second, kRateUnits, 1.0); }
std::string bandwidth_text(double bytes_per_second) {
  return scaled_text(bytes_per_second, kBandwidthUnits, 8.0);
}

std::vector<std::string> duration_units() { return names(kDurationUnits); }
std::vector<std::string> bytes_units() { return names(kBytesUnits); }
std::vector<std::string> rate_units() { return names(kRateUnits); }
std::vector<std::string> bandwidth_units() { return names(kBandwidthUnits); }

}  // namespace faultpath::scenarios
