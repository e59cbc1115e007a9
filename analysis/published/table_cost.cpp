// A line for each table and operation.
#include "analysis/published/table_cost.hpp"

#include <fmt/format.h>

#include <map>

#include "analysis/published/polynomial.hpp"

namespace faultpath::analysis {
namespace {

std::string case_of(const TableCostRow& row) {
  return fmt::format("{}, {}", row.table, row.operation);
}

std::string name_of(const TableCostRow& row) {
  return fmt::format("{}, {:g} x {}", case_of(row), row.entries, row.page);
}

struct Line {
  std::vector<WeightedPoint> points;
  std::string names;
  double base = 0.0, entry = 0.0;

  void fit() {
    const auto coefficients = fit_polynomial(points, 1);
    if (coefficients.size() == 2) {
      base = coefficients[0];
      entry = coefficients[1];
    } else {
      entry = coefficients[0] / points.front().x;
    }
  }
};

}  // namespace

PublishedReport fit_table_cost(const std::vector<TableCostRow>& rows) {
  std::map<std::string, Line> lines;
  for (const auto& row : rows) {
    if (row.use != RowUse::fit || !row.nanoseconds) continue;
    auto& line = lines[case_of(row)];
    const double time = row.nanoseconds->value;
    line.points.push_back({row.entries, time, 1.0 / (time * time)});
    add_name(line.names, name_of(row));
  }
  PublishedReport report;
  for (auto& [name, line] : lines) {
    line.fit();
    report.parameters.push_back({"call of " + name, line.base, "ns", line.names});
    report.parameters.push_back({"entry of " + name, line.entry, "ns", line.names});
  }
  for (const auto& row : rows) {
    PublishedRow result{
        .name = name_of(row), .unit = "ns", .use = row.use, .published = row.nanoseconds};
    const auto line = lines.find(case_of(row));
    if (line == lines.end()) {
      result.note = "no row of this table and operation to fit to";
    } else {
      result.predicted = line->second.base + line->second.entry * row.entries;
    }
    report.rows.push_back(std::move(result));
  }
  return report;
}

}  // namespace faultpath::analysis
