// Choice of unit and digits.
#include "analysis/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace faultpath::analysis {
namespace {

struct Step {
  double size;
  std::string_view name;
};

// In ascending order; the first serves below the second.
const std::vector<Step>& steps_of(Unit unit) {
  static const std::vector<Step> kTime{{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}};
  static const std::vector<Step> kBytes{
      {1, "B"}, {0x1p10, "KiB"}, {0x1p20, "MiB"}, {0x1p30, "GiB"}, {0x1p40, "TiB"}};
  static const std::vector<Step> kRate{
      {1, "B/s"}, {1e3, "kB/s"}, {1e6, "MB/s"}, {1e9, "GB/s"}, {1e12, "TB/s"}};
  static const std::vector<Step> kCount{{1, ""}, {1e4, "k"}, {1e6, "M"}, {1e9, "G"}};
  switch (unit) {
    case Unit::nanoseconds:
      return kTime;
    case Unit::bytes:
      return kBytes;
    case Unit::bytes_per_second:
      return kRate;
    case Unit::count:
      return kCount;
  }
  return kCount;
}

struct Scale {
  double size;
  std::string_view name;
  int decimals;
};

// Three significant digits, the whole digits at least.
Scale scale_for(double value, Unit unit) {
  const double magnitude = std::abs(value);
  const auto& steps = steps_of(unit);
  Step step = steps.front();
  for (const auto& next : steps)
    if (magnitude >= next.size) step = next;
  if (step.name == "k") step.size = 1e3;  // thousands begin at 10 k, so that 9999 stays exact
  const double scaled = magnitude / step.size;
  const int digits = scaled >= 1.0 ? static_cast<int>(std::floor(std::log10(scaled))) : 0;
  return {step.size, step.name, std::max(0, 2 - digits)};
}

std::string with_unit(std::string number, std::string_view unit) {
  if (!unit.empty()) number += fmt::format(" {}", unit);
  return number;
}

double half_width(const Interval& interval) {
  return interval.low ? (*interval.high - *interval.low) / 2.0 : 0.0;
}

// How to show an interval; no digits for the half-width when it would be all zeros.
struct IntervalScale {
  Scale scale;
  bool with_half;
};

// The digits of the larger of mean and half-width, and one more if the half-width would vanish.
IntervalScale scale_for(const Interval& interval, Unit unit) {
  const double half = half_width(interval);
  Scale scale = scale_for(std::max(std::abs(interval.mean), half), unit);
  const double last_digits = half / scale.size * std::pow(10.0, scale.decimals);
  if (last_digits >= 0.5) return {scale, true};
  if (last_digits < 0.05) return {scale, false};
  ++scale.decimals;
  return {scale, true};
}

}  // namespace

std::string value_text(double value, Unit unit) {
  if (value == 0.0) return "0";
  Scale scale = scale_for(value, unit);
  if (scale.size == 1 && value == std::floor(value)) scale.decimals = 0;
  return with_unit(fmt::format("{:.{}f}", value / scale.size, scale.decimals), scale.name);
}

std::string interval_text(const Interval& interval, Unit unit) {
  const auto [scale, with_half] = scale_for(interval, unit);
  if (!with_half) return value_text(interval.mean, unit);
  const double half = half_width(interval);
  return with_unit(fmt::format("{:.{}f} ± {:.{}f}", interval.mean / scale.size, scale.decimals,
                               half / scale.size, scale.decimals),
                   scale.name);
}

std::string difference_text(const Interval& interval, Unit unit) {
  const auto text = interval_text(interval, unit);
  return interval.mean > 0.0 ? "+" + text : text;
}

std::string percent_text(double difference, double base) {
  if (base == 0.0) return {};
  const double percent = 100.0 * difference / base;
  return fmt::format("{:+.{}f} %", percent, std::abs(percent) < 9.95 ? 1 : 0);
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(std::ceil(seconds));
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace faultpath::analysis
