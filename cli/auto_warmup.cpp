// Prepares the series of a record for MSER-5.
#include "cli/auto_warmup.hpp"

#include <fmt/format.h>

#include <vector>

#include "analysis/summary.hpp"
#include "analysis/warmup.hpp"
#include "cli/usage_error.hpp"

namespace faultpath::cli {
namespace {

using analysis::Json;

// From the first to the last step in which an operation completed; a step without one stays at the
// level before it.
std::vector<double> levels(const Json& latency, const Json& operations) {
  std::vector<double> values;
  std::size_t known = 0;
  for (std::size_t i = 0; i < latency.size(); ++i) {
    if (operations.at(i).get<double>() > 0.0) {
      values.push_back(latency.at(i).get<double>());
      known = values.size();
    } else if (!values.empty()) {
      values.push_back(values.back());
    }
  }
  values.resize(known);
  return values;
}

}  // namespace

sim::Duration warmup_of(const Json& record) {
  const auto& series = record.at("series");
  const auto values = levels(series.at("dma_latency_ns_mean"), series.at("operations"));
  const auto dropped = analysis::mser5_truncation(values);
  if (!dropped) {
    throw UsageError(
        fmt::format("warmup: auto: under {} the DMA latency is not seen to settle; run longer or "
                    "give a duration",
                    analysis::label_of(record)));
  }
  const double ns = series.at("step_ns").get<double>() * static_cast<double>(*dropped);
  return sim::Duration{static_cast<std::int64_t>(ns * 1e3)};
}

}  // namespace faultpath::cli
