// One k for each network, kind of fault and reaction.
#include "analysis/published/fault_rate.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace faultpath::analysis {
namespace {

constexpr RowLimit kLimit{.share = 0.10};
constexpr double kPercentagePoint = 0.01;

std::string_view text_of(FaultReaction reaction) {
  switch (reaction) {
    case FaultReaction::wait:
      return "wait";
    case FaultReaction::drop:
      return "drop";
    case FaultReaction::backup_ring:
      return "backup-ring";
  }
  return "";
}

std::string case_of(const FaultRateRow& row) {
  return fmt::format("{}, {}, {}", row.network, row.fault, text_of(row.reaction));
}

std::string name_of(const FaultRateRow& row) {
  const double exponent = std::log2(row.probability);
  const bool is_power = exponent == std::round(exponent);
  return is_power ? fmt::format("{}, f 2^{:g}", case_of(row), exponent)
                  : fmt::format("{}, f {:g}", case_of(row), row.probability);
}

// The throughput if a fault were served by the time that its packet has arrived.
double unhindered(const FaultRateRow& row) {
  const double window = row.reaction == FaultReaction::backup_ring ? row.window : 0.0;
  return row.line_gb_s * (1.0 + window * row.probability);
}

double k_of(const FaultRateRow& row) {
  return (unhindered(row) / row.gb_s->value - 1.0) / row.probability;
}

struct Fit {
  double log_sum = 0.0;
  int rows = 0;
  std::string names;

  double k() const { return std::exp(log_sum / rows); }
};

// A device that waits is judged by percentage points of its line, as its curve is drawn.
RowLimit limit_of(const FaultRateRow& row) {
  if (row.reaction != FaultReaction::wait) return kLimit;
  return {.share = kPercentagePoint, .of = row.line_gb_s};
}

}  // namespace

PublishedReport fit_fault_rate(const std::vector<FaultRateRow>& rows) {
  std::map<std::string, Fit> fits;
  for (const auto& row : rows) {
    if (row.use != RowUse::fit || !row.gb_s || k_of(row) <= 0.0) continue;
    auto& fit = fits[case_of(row)];
    fit.log_sum += std::log(k_of(row));
    ++fit.rows;
    add_name(fit.names, name_of(row));
  }
  PublishedReport report;
  for (const auto& [name, fit] : fits) {
    report.parameters.push_back({"k of " + name, fit.k(), "packets", fit.names});
  }
  for (const auto& row : rows) {
    PublishedRow result{.name = name_of(row),
                        .unit = "Gb/s",
                        .use = row.use,
                        .published = row.gb_s,
                        .limit = limit_of(row)};
    const auto fit = fits.find(case_of(row));
    if (fit == fits.end()) {
      result.note = "no row of this case to fit what a fault takes to";
    } else {
      const double rate = unhindered(row) / (1.0 + fit->second.k() * row.probability);
      result.predicted = std::min(rate, row.line_gb_s);
    }
    report.rows.push_back(std::move(result));
  }
  return report;
}

}  // namespace faultpath::analysis
