// A parabola over logarithms.
#include "analysis/published/delivery_rate.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "analysis/published/polynomial.hpp"

namespace faultpath::analysis {
namespace {

std::string case_of(const DeliveryRateRow& row) {
  return fmt::format("{}, {}", row.host, row.delivery);
}

std::string name_of(const DeliveryRateRow& row) {
  return fmt::format("{}, {:g} {}{}", case_of(row), row.vcpus, row.vcpus == 1.0 ? "vCPU" : "vCPUs",
                     row.each ? ", each" : "");
}

// What the rate of a row is multiplied by for that of all virtual CPUs.
double sharers_of(const DeliveryRateRow& row) { return row.each ? row.vcpus : 1.0; }

struct Curve {
  std::vector<WeightedPoint> points;  // logarithms, those of virtual CPUs to the base 2
  std::string names;
  std::vector<double> coefficients;

  double rate(double vcpus) const { return std::exp(value_at(coefficients, std::log2(vcpus))); }
  double term(std::size_t degree) const {
    return degree < coefficients.size() ? coefficients[degree] : 0.0;
  }
};

void list(const std::string& name, const Curve& curve, std::vector<FittedParameter>& parameters) {
  parameters.push_back({name + ", 1 vCPU", curve.rate(1.0), "K pages/s", curve.names});
  // log X(2) - log X(1), and how much less the next doubling has
  parameters.push_back(
      {name + ", gain of the first doubling", curve.rate(2.0) / curve.rate(1.0), "", curve.names});
  parameters.push_back({name + ", ratio of a gain to the one before", std::exp(2.0 * curve.term(2)),
                        "", curve.names});
}

}  // namespace

PublishedReport fit_delivery_rate(const std::vector<DeliveryRateRow>& rows) {
  std::map<std::string, Curve> curves;
  for (const auto& row : rows) {
    if (row.use != RowUse::fit || !row.kilopages_s) continue;
    auto& curve = curves[case_of(row)];
    const double of_all = row.kilopages_s->value * sharers_of(row);
    curve.points.push_back({std::log2(row.vcpus), std::log(of_all)});
    add_name(curve.names, name_of(row));
  }
  PublishedReport report;
  for (auto& [name, curve] : curves) {
    curve.coefficients = fit_polynomial(curve.points, 2);
    list(name, curve, report.parameters);
  }
  for (const auto& row : rows) {
    PublishedRow result{
        .name = name_of(row), .unit = "K pages/s", .use = row.use, .published = row.kilopages_s};
    const auto curve = curves.find(case_of(row));
    if (curve == curves.end()) {
      result.note = "no row of this host and delivery to fit to";
    } else {
      result.predicted = curve->second.rate(row.vcpus) / sharers_of(row);
    }
    report.rows.push_back(std::move(result));
  }
  return report;
}

}  // namespace faultpath::analysis
