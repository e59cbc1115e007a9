// One k for each network, kind of fault and reaction.
#include "analysis/published/fault_rate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace faultpath::analysis {
namespace {

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

// The k of each case.
class Costs {
 public:
  explicit Costs(const std::vector<FaultRateRow>& rows) {
    for (const auto& row : rows) {
      if (row.use != RowUse::fit || !row.gb_s || k_of(row) <= 0.0) continue;
      add(fits_[case_of(row)], row);
      if (row.io_us == 0.0) add(without_io_[situation_of(row)], row);
    }
    for (const auto& row : rows) find(row);
  }

  std::optional<double> k(const FaultRateRow& row) const {
    const auto found = parameters_.find(case_of(row));
    if (found == parameters_.end()) return std::nullopt;
    return found->second.value;
  }

  std::vector<FittedParameter> list() const {
    std::vector<FittedParameter> result;
    for (const auto& [name, parameter] : parameters_) result.push_back(parameter);
    return result;
  }

 private:
  static std::string situation_of(const FaultRateRow& row) {
    return fmt::format("{}, {}", row.network, text_of(row.reaction));
  }

  static double io_packets(const FaultRateRow& row) {
    constexpr double kBitsPerMicrosecondOfGigabit = 1e3;
    return row.io_us * row.line_gb_s * kBitsPerMicrosecondOfGigabit / (8.0 * row.packet_bytes);
  }

  static void add(Fit& fit, const FaultRateRow& row) {
    fit.log_sum += std::log(k_of(row));
    ++fit.rows;
    add_name(fit.names, name_of(row));
  }

  void find(const FaultRateRow& row) {
    const auto name = case_of(row);
    if (const auto own = fits_.find(name); own != fits_.end()) {
      parameters_[name] = {"k of " + name, own->second.k(), "packets", own->second.names};
      return;
    }
    const auto base = without_io_.find(situation_of(row));
    if (row.io_us == 0.0 || base == without_io_.end()) return;
    parameters_[name] = {fmt::format("k of {} with {:g} us of I/O", name, row.io_us),
                         base->second.k() + io_packets(row), "packets", base->second.names};
  }

  std::map<std::string, Fit> fits_;
  std::map<std::string, Fit> without_io_;  // by network and reaction
  std::map<std::string, FittedParameter> parameters_;
};

// A device that waits is judged by percentage points of its line, as its curve is drawn.
RowLimit limit_of(const FaultRateRow& row) {
  if (row.reaction != FaultReaction::wait) return kTenPercent;
  return {.share = kPercentagePoint, .of = row.line_gb_s};
}

}  // namespace

PublishedReport fit_fault_rate(const std::vector<FaultRateRow>& rows) {
  const Costs costs(rows);
  PublishedReport report;
  report.parameters = costs.list();
  for (const auto& row : rows) {
    PublishedRow result{.name = name_of(row),
                        .unit = "Gb/s",
                        .use = row.use,
                        .published = row.gb_s,
                        .limit = limit_of(row)};
    if (const auto k = costs.k(row)) {
      result.predicted = std::min(unhindered(row) / (1.0 + *k * row.probability), row.line_gb_s);
    } else {
      result.note = "no row of this case to fit what a fault takes to, and no time of its I/O";
    }
    report.rows.push_back(std::move(result));
  }
  return report;
}

}  // namespace faultpath::analysis
