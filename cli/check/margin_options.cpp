// Finds names, and refuses what a check cannot tell.
#include "cli/check/margin_options.hpp"

#include <fmt/format.h>

#include "analysis/margins.hpp"
#include "cli/options.hpp"
#include "cli/usage_error.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::cli {
namespace {

void set(analysis::Margins& margins, const std::string& where, const std::string& name,
         const std::string& text) {
  const auto share = parse_share(text);
  if (!share)
    throw UsageError(fmt::format(
        "{}: expected METRIC=SHARE with a share up to 100 %, as dma_latency.p99=2%", where));
  if (analysis::Margins::is_of_quantile(name) && *share < analysis::Margins::kLeastOfQuantile)
    throw UsageError(fmt::format(
        "{}: a histogram tells quantiles to 1/64; expected a margin of 1.5625 % at least", where));
  margins.set(name, *share);
}

}  // namespace

analysis::Margins margins_of(const analysis::Result& result,
                             const std::vector<std::string>& settings) {
  analysis::Margins margins;
  const auto& scenario = result.scenario;
  const auto own = scenario.resolved.value("check", analysis::Json::object())
                       .value("margins", analysis::Json::object());
  for (const auto& [name, share] : own.items())
    set(margins, fmt::format("{}: check.margins.{}", scenario.name, name), name,
        share.is_string() ? share.get<std::string>() : share.dump());
  for (const auto& setting : settings) {
    const auto equals = setting.find('=');
    set(margins, "--margin " + setting, setting.substr(0, equals),
        equals == std::string::npos ? "" : setting.substr(equals + 1));
  }
  const auto known = analysis::checkable_metrics(result);
  const auto unused = margins.without_use(known);
  if (unused.empty()) return margins;
  const auto near = scenarios::nearest(unused.front(), known);
  throw UsageError(fmt::format("check: no metric is called '{}'{}", unused.front(),
                               near.empty() ? "; names are those of a check's table, as "
                                              "dma_latency.p99, of a distribution or of a statistic"
                                            : fmt::format("; did you mean '{}'?", near)));
}

}  // namespace faultpath::cli
