// One number for each law.
#include "analysis/published/migration_ratio.hpp"

#include <fmt/format.h>

namespace faultpath::analysis {
namespace {

using Ratio = MigrationRatioRow::Quantity;

std::string ratio_name(const MigrationRatioRow& row) {
  switch (row.quantity) {
    case Ratio::share_after:
      return fmt::format("{}, share in the downtime after {:g} %", row.name, row.before);
    case Ratio::completion:
      return fmt::format("{}, less time with several streams, {:g} % with one", row.name,
                         row.before);
    case Ratio::fault_ratio:
      return fmt::format("{}, fault of a device to that of a vCPU", row.name);
  }
  return {};
}

// The mean of what rows to fit to say, and their names.
struct FittedShare {
  double sum = 0.0;
  int rows = 0;
  std::string names{};

  void add(double value, const MigrationRatioRow& row) {
    sum += value;
    ++rows;
    add_name(names, ratio_name(row));
  }
  double value() const { return sum / rows; }
  void list(const char* name, std::vector<FittedParameter>& parameters) const {
    if (rows > 0) parameters.push_back({name, 100.0 * value(), "%", names});
  }
};

// c of s' = s (1 - c) / (1 - s c).
double cut_of(double share, double after) { return (share - after) / (share * (1.0 - after)); }

struct RatioLaws {
  FittedShare cut, left;

  explicit RatioLaws(const std::vector<MigrationRatioRow>& rows) {
    for (const auto& row : rows) {
      if (row.use != RowUse::fit || !row.percent) continue;
      const double before = row.before / 100.0, after = row.percent->value / 100.0;
      if (row.quantity == Ratio::share_after) cut.add(cut_of(before, after), row);
      if (row.quantity == Ratio::completion) left.add((1.0 - after) / (1.0 - before), row);
    }
  }

  void predict(const MigrationRatioRow& row, PublishedRow& result) const {
    const double before = row.before / 100.0;
    switch (row.quantity) {
      case Ratio::share_after:
        if (cut.rows == 0) break;
        result.predicted = 100.0 * before * (1.0 - cut.value()) / (1.0 - before * cut.value());
        return;
      case Ratio::completion:
        if (left.rows == 0) break;
        result.predicted = 100.0 * (1.0 - left.value() * (1.0 - before));
        return;
      case Ratio::fault_ratio:
        result.predicted = 100.0 * (1.0 + row.extra_us / row.remote_us);
        return;
    }
    result.note = "no row of this quantity to fit to";
  }
};

}  // namespace

PublishedReport fit_migration_ratio(const std::vector<MigrationRatioRow>& rows) {
  const RatioLaws laws(rows);
  PublishedReport report;
  laws.cut.list("cut of the part", report.parameters);
  laws.left.list("what several streams leave of one's time", report.parameters);
  for (const auto& row : rows) {
    PublishedRow result{
        .name = ratio_name(row), .unit = "%", .use = row.use, .published = row.percent};
    laws.predict(row, result);
    report.rows.push_back(std::move(result));
  }
  return report;
}

}  // namespace faultpath::analysis
