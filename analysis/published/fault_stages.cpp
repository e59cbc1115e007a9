// Stages that grow with the pages, and percentiles in proportion to their sum.
#include "analysis/published/fault_stages.hpp"

#include <map>

#include "analysis/published/polynomial.hpp"

namespace faultpath::analysis {
namespace {

constexpr std::string_view kUnit = "us";

bool is_stage(std::string_view quantity) { return quantity.starts_with("stage:"); }
bool is_part(std::string_view quantity) {
  return is_stage(quantity) || quantity.starts_with("other:");
}
bool is_percentile(std::string_view quantity) {
  return quantity == "max" || quantity.starts_with("p");
}

class Stages {
 public:
  explicit Stages(const std::vector<FaultStageRow>& rows) {
    std::map<std::string, std::vector<WeightedPoint>> points;
    for (const auto& row : rows) {
      if (row.use == RowUse::predict || !row.time || !is_part(row.quantity)) continue;
      points[row.quantity].push_back({row.pages, row.time->value});
    }
    for (const auto& [part, given] : points) lines_[part] = fit_polynomial(given, 1);
    for (const auto& row : rows) {
      if (row.use == RowUse::fit && row.time && is_percentile(row.quantity)) add_percentile(row);
    }
  }

  std::optional<double> part(const std::string& name, double pages) const {
    const auto found = lines_.find(name);
    if (found == lines_.end()) return std::nullopt;
    return value_at(found->second, pages);
  }

  std::optional<double> total(double pages) const {
    double sum = 0.0;
    for (const auto& [name, line] : lines_) {
      if (is_stage(name)) sum += value_at(line, pages);
    }
    return sum > 0.0 ? std::optional(sum) : std::nullopt;
  }

  std::optional<double> predict(const FaultStageRow& row) const {
    if (is_part(row.quantity)) return part(row.quantity, row.pages);
    const auto mean = total(row.quantity == "unbatched" ? 1.0 : row.pages);
    if (!mean) return std::nullopt;
    if (row.quantity == "total") return mean;
    if (row.quantity == "unbatched") return row.pages * *mean;
    const auto found = ratios_.find(row.quantity);
    if (found == ratios_.end()) return std::nullopt;
    return found->second.value * *mean;
  }

  const std::map<std::string, FittedParameter>& ratios() const { return ratios_; }

 private:
  // The mean of the ratios, when several sizes are given.
  void add_percentile(const FaultStageRow& row) {
    const auto mean = total(row.pages);
    if (!mean) return;
    auto& ratio = ratios_[row.quantity];
    ratio.name = row.quantity + " of a fault";
    ratio.unit = "of its mean";
    const double before = counts_[row.quantity]++;
    ratio.value = (ratio.value * before + row.time->value / *mean) / (before + 1.0);
    add_name(ratio.rows, row.quantity + " of " + std::to_string(static_cast<long>(row.pages)) +
                             (row.pages == 1.0 ? " page" : " pages"));
  }

  std::map<std::string, std::vector<double>> lines_;
  std::map<std::string, FittedParameter> ratios_;
  std::map<std::string, double> counts_;
};

std::string name_of(const FaultStageRow& row) {
  const auto pages = static_cast<long>(row.pages);
  return row.quantity + ", " + std::to_string(pages) + (pages == 1 ? " page" : " pages");
}

}  // namespace

PublishedReport fit_fault_stages(const std::vector<FaultStageRow>& rows) {
  const Stages stages(rows);
  PublishedReport report;
  for (const auto& [quantity, ratio] : stages.ratios()) report.parameters.push_back(ratio);
  for (const auto& row : rows) {
    PublishedRow result{.name = name_of(row),
                        .unit = std::string{kUnit},
                        .use = row.use,
                        .published = row.time,
                        .predicted = stages.predict(row),
                        .limit = kTenPercent};
    if (is_part(row.quantity)) result.limit.reset();
    if (row.at_least) result.limit = RowLimit{.at_least = true};
    if (!result.predicted) result.note = "no stages, or no row to fit this percentile to";
    report.rows.push_back(std::move(result));
  }
  return report;
}

}  // namespace faultpath::analysis
