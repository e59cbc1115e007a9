// A curve as tables and sentences.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/units.hpp"
#include "cli/curve/curve.hpp"
#include "cli/table.hpp"
#include "models/base/sizes.hpp"

namespace faultpath::cli {
namespace {

using analysis::interval_text;
using analysis::Unit;
using analysis::value_text;

std::string bytes(const LimitedSystem& system, std::uint64_t pages) {
  return value_text(static_cast<double>(system.spec().host.page_size.bytes_of(pages)), Unit::bytes);
}
std::string percent(const LimitedSystem& system, std::uint64_t limit) {
  return fmt::format("{:.4g} %", 100.0 * system.share_of(limit));
}
std::string count(double value) { return fmt::format("{:.0f}", value); }

std::string faults_text(const analysis::Interval& faults) {
  if (!faults.low) return count(faults.mean);
  const double half = (*faults.high - *faults.low) / 2.0;
  return fmt::format("{:.0f} ± {:.{}f}", faults.mean, half, half < 10.0 ? 1 : 0);
}

Cell metric_cell(const SimulatedLimit& simulated, const GoalMetric& metric) {
  const auto* estimate = simulated.summary.estimate(metric.path);
  if (estimate == nullptr) return {"-", Style::dim};
  const auto text = interval_text(estimate->interval, metric.unit);
  return estimate->is_too_short() ? Cell{"? " + text, Style::dim} : Cell{text};
}

// What is predicted beside what is simulated.
Table simulated_table(const LimitedSystem& system, const CurveOptions& options,
                      const Curve& curve) {
  const bool two = options.target && options.target->metric.path != options.metric.path;
  Table table{{"share", "locked max", "predicted", "waiting", "simulated", "", options.metric.name},
              {}};
  if (two) table.header.push_back(options.target->metric.name);
  for (const auto& [limit, simulated] : curve.simulated) {
    TableRow row{"", bytes(system, limit), {{percent(system, limit)}}};
    const auto locked = simulated.summary.find("locked_bytes.max");
    row.cells.push_back({locked ? interval_text(*locked, Unit::bytes) : "-"});
    const auto& predicted = simulated.predicted;
    row.cells.push_back({predicted ? count(predicted->at_once) : "-"});
    row.cells.push_back({predicted ? count(predicted->waiting) : "-"});
    row.cells.push_back({faults_text(simulated.faults)});
    const bool differs = simulated.differs().value_or(false);
    row.cells.push_back({differs ? "!" : "", Style::bad});
    row.cells.push_back(metric_cell(simulated, options.metric));
    if (two) row.cells.push_back(metric_cell(simulated, options.target->metric));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table predicted_table(const LimitedSystem& system, const Curve& curve) {
  Table table{{"share", "faults", "of accesses"}, {}};
  for (std::size_t i = 0; i < curve.faults.size(); ++i) {
    const double share = curve.accesses > 0.0 ? curve.faults[i].mean / curve.accesses : 0.0;
    table.rows.push_back({"",
                          bytes(system, curve.limits[i]),
                          {{percent(system, curve.limits[i])},
                           {faults_text(curve.faults[i])},
                           {fmt::format("{:.3g} %", 100.0 * share)}}});
  }
  return table;
}

std::string place(const LimitedSystem& system, std::uint64_t limit) {
  return fmt::format("{} ({} pages, {})", bytes(system, limit), limit, percent(system, limit));
}

std::string bounds_text(const LimitedSystem& system, const analysis::limits::Crossing& crossing,
                        double confidence) {
  if (!crossing.high) return "\n  the intervals leave open from which limit on it holds";
  const std::string low =
      crossing.low ? bytes(system, *crossing.low) : bytes(system, system.least());
  return fmt::format("\n  between {} and {} with {:g} % confidence", low,
                     bytes(system, *crossing.high), 100.0 * confidence);
}

std::string goal_text(const LimitedSystem& system, const CurveOptions& options,
                      const CurveGoal& goal, const std::string& what, const std::string& why) {
  if (!goal.crossing)
    return fmt::format("{}: no limit meets it, not even all {}\n", what,
                       bytes(system, system.whole()));
  const auto& crossing = *goal.crossing;
  std::string text = fmt::format("{}: {}{}", what, place(system, crossing.limit), why);
  if (crossing.missed >= system.least())
    text += fmt::format("; not with {}", place(system, crossing.missed));
  return text + bounds_text(system, crossing, options.experiment.confidence) + "\n";
}

std::string tables_text(const LimitedSystem& system) {
  std::string text;
  for (const auto& table : system.tables()) {
    text += fmt::format("{}{} of {}{}", text.empty() ? "" : ", ", table.name,
                        bytes(system, table.pages),
                        table.count > 1 ? fmt::format(" and {} like it", table.count - 1) : "");
  }
  return text;
}

std::string notes(const LimitedSystem& system, const CurveOptions& options, const Curve& curve,
                  std::size_t columns) {
  std::string text =
      "predicted: faults by the order of accesses, each served at once; waiting: when as many wait "
      "as in the simulation; simulated: ± is the interval over replications, ! is outside of it.";
  if (curve.simulated.empty()) text = "Faults by the order of accesses, each served at once.";
  if (options.sample < 1.0)
    text += fmt::format(" From {:.0f} pages, {:.3g} % of them; ± is the error of the sample.",
                        curve.pages, 100.0 * options.sample);
  for (const auto& caveat : caveats_of(system)) text += " Note: " + caveat + ".";
  return wrapped(text, columns);
}

}  // namespace

std::string curve_text(const std::string& name, const LimitedSystem& system,
                       const CurveOptions& options, const Curve& curve, const Display& display) {
  const bool by_use = system.strategy().recency == models::LruLockedSpec::Recency::used;
  std::string text = fmt::format(
      "{}: {}, the page {} longest ago goes first\n{}; {:.0f} accesses of {:.0f} pages\n\n", name,
      system.strategy_name(), by_use ? "used" : "mapped", tables_text(system), curve.accesses,
      curve.pages);
  const auto table = curve.simulated.empty() ? predicted_table(system, curve)
                                             : simulated_table(system, options, curve);
  text += table_text(table, display.columns, display.colour) + "\n";
  if (curve.knee && curve.unlimited) {
    text += goal_text(system, options, *curve.knee, "knee of " + options.metric.name,
                      fmt::format(": within 5 % of {}, as without a limit",
                                  value_text(*curve.unlimited, options.metric.unit)));
  }
  if (curve.target)
    text += goal_text(system, options, *curve.target, "target " + options.target->text, "");
  return text + "\n" + notes(system, options, curve, display.columns) + "\n";
}

}  // namespace faultpath::cli
