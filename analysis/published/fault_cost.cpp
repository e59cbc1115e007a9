// Time with faults = time without + faults * cost.
#include "analysis/published/fault_cost.hpp"

namespace faultpath::analysis {
namespace {

constexpr double kMicroseconds = 1e6;  // in a second
constexpr RowLimit kLimit{.share = 0.05};

double microseconds_at(const FaultCostRow& row, double kib_per_s) {
  return row.message_kib * row.times / kib_per_s * kMicroseconds;
}

double rest_of(const FaultCostRow& row) {
  const double more =
      microseconds_at(row, row.with_faults->value) - microseconds_at(row, row.without_faults);
  return more / row.faults - row.handler_us;
}

double rate_with(const FaultCostRow& row, double rest) {
  const double time =
      microseconds_at(row, row.without_faults) + row.faults * (rest + row.handler_us);
  return row.message_kib * row.times / time * kMicroseconds;
}

}  // namespace

PublishedReport fit_fault_cost(const std::vector<FaultCostRow>& rows) {
  FittedParameter rest{.name = "cost of a fault beside its handler", .unit = "us"};
  double sum = 0.0;
  int fitted = 0;
  for (const auto& row : rows) {
    if (row.use != RowUse::fit || !row.with_faults || row.faults <= 0.0) continue;
    sum += rest_of(row);
    ++fitted;
    add_name(rest.rows, row.name);
  }
  PublishedReport report;
  if (fitted > 0) {
    rest.value = sum / fitted;
    report.parameters.push_back(rest);
  }
  for (const auto& row : rows) {
    PublishedRow result{.name = row.name,
                        .unit = "KiB/s",
                        .use = row.use,
                        .published = row.with_faults,
                        .limit = kLimit};
    if (fitted > 0) {
      result.predicted = rate_with(row, rest.value);
    } else {
      result.note = "no row to fit the cost of a fault to";
    }
    report.rows.push_back(std::move(result));
  }
  return report;
}

}  // namespace faultpath::analysis
