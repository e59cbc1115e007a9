// Joining neighbouring steps until all series have one width.
#include "scenarios/series_record.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "scenarios/json.hpp"
#include "sim/time_series.hpp"

namespace faultpath::scenarios {
namespace {

using models::SeriesKind;
using Values = std::vector<double>;

constexpr std::int64_t kMostSteps = sim::TimeSeries::kBins;
constexpr std::string_view kOperationNames = "operations";
constexpr std::string_view kIntervals = "overflow_intervals_ns";

struct Width {
  double step, covered;  // nanoseconds

  // How much of step i the run covers; the last step may be cut short.
  double covered_part(std::size_t i) const {
    return std::clamp(covered - static_cast<double>(i) * step, 0.0, step);
  }
};

// Rounds to a thousandth. For a time that is a picosecond.
Values rounded(Values values) {
  for (double& value : values) value = std::round(value * 1e3) / 1e3;
  return values;
}

double at(const Values& values, std::size_t i) { return i < values.size() ? values[i] : 0.0; }

double weighted(double low, double low_weight, double high, double high_weight) {
  const double weight = low_weight + high_weight;
  return weight > 0.0 ? (low * low_weight + high * high_weight) / weight : 0.0;
}

// The value of one step made of the steps i and i + 1.
double joined(const Values& values, std::size_t i, SeriesKind kind, const Width& width,
              const Values& operations) {
  const double low = values[i], high = at(values, i + 1);
  switch (kind) {
    case SeriesKind::sum:
      return low + high;
    case SeriesKind::max:
      return std::max(low, high);
    case SeriesKind::level:
      return weighted(low, width.covered_part(i), high, width.covered_part(i + 1));
    case SeriesKind::per_operation:
      return weighted(low, at(operations, i), high, at(operations, i + 1));
  }
  return 0.0;
}

Values halved(const Values& values, SeriesKind kind, const Width& width, const Values& operations) {
  Values result;
  for (std::size_t i = 0; i < values.size(); i += 2)
    result.push_back(joined(values, i, kind, width, operations));
  return result;
}

// `operations` have the same steps as `values`.
Values widened(Values values, SeriesKind kind, Width width, double step, Values operations) {
  for (; width.step < step; width.step *= 2) {
    values = halved(values, kind, width, operations);
    operations = halved(operations, SeriesKind::sum, width, {});
  }
  return values;
}

Json joined_intervals(const Json& intervals, double gap) {
  Json result = Json::array();
  for (const auto& interval : intervals) {
    const bool near =
        !result.empty() && interval.at(0).get<double>() - result.back().at(1).get<double>() < gap;
    if (near) {
      result.back().at(1) = interval.at(1);
    } else {
      result.push_back(interval);
    }
  }
  return result;
}

// All series of a run; where they end before `covered`, nothing has happened since.
Json widened(const Json& series, double step, double covered) {
  const Width width{series.at("step_ns").get<double>(), covered};
  const auto operations = series.value(std::string{kOperationNames}, Values{});
  Json result{{"step_ns", step}};
  for (const auto& info : models::series_table()) {
    const auto values = series.find(std::string{info.name});
    if (values == series.end()) continue;
    result[std::string{info.name}] =
        rounded(widened(values->get<Values>(), info.kind, width, step, operations));
  }
  result[std::string{kIntervals}] = joined_intervals(series.at(std::string{kIntervals}), step);
  return result;
}

// The widest of all. A series in which nothing happens keeps its first step however long the run.
sim::Duration step_of(const models::RunOutcome& outcome) {
  sim::Duration step =
      std::ranges::max_element(outcome.series, {}, &models::SeriesResult::step)->step;
  while ((outcome.simulated.count() - 1) / kMostSteps >= step.count()) step *= 2;
  return step;
}

}  // namespace

Json series_record(const models::RunOutcome& outcome) {
  const auto& series = outcome.series;
  if (series.empty()) return Json::object();
  const double covered = sim::to_ns(outcome.simulated);
  const sim::Duration widest = step_of(outcome);
  const double step = sim::to_ns(widest);
  const auto operations = std::ranges::find(series, kOperationNames, &models::SeriesResult::name);
  const auto steps =
      static_cast<std::size_t>((outcome.simulated.count() + widest.count() - 1) / widest.count());
  Json result{{"step_ns", step}};
  for (const auto& one : series) {
    const Width width{sim::to_ns(one.step), covered};
    const bool weighed = one.kind == SeriesKind::per_operation;
    const Values weights = weighed ? operations->values : Values{};
    Values values = widened(one.values, one.kind, width, step, weights);
    // What completes at the very end belongs to the last step, whose end it is.
    if (values.size() == steps + 1 && steps > 0) {
      values[steps - 1] = joined(values, steps - 1, one.kind, {step, covered},
                                 widened(weights, SeriesKind::sum, width, step, {}));
    }
    values.resize(steps);
    result[std::string{one.name}] = rounded(std::move(values));
  }
  Json& intervals = result[std::string{kIntervals}] = Json::array();
  for (const auto& [begin, end] : outcome.overflow_intervals)
    intervals.push_back({sim::to_ns(begin), sim::to_ns(end)});
  intervals = joined_intervals(intervals, step);
  return result;
}

void keep_series_of_first(Json& runs) {
  for (auto& run : runs) {
    if (run.at("replication").get<std::uint64_t>() != 0) run["series"] = Json::object();
  }
  double step = 0.0;
  for (const auto& run : runs) {
    const auto& series = run.at("series");
    if (!series.empty()) step = std::max(step, series.at("step_ns").get<double>());
  }
  for (auto& run : runs) {
    if (run.at("series").empty()) continue;
    run["series"] = widened(run.at("series"), step, run.at("simulated_ns").get<double>());
  }
}

}  // namespace faultpath::scenarios
