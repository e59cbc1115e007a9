// Durations that may be distributions, as scenarios write them.
#include <fmt/format.h>

#include "scenarios/declare/one_of.hpp"
#include "scenarios/decompression.hpp"
#include "scenarios/keys/tables.hpp"
#include "scenarios/line_reader.hpp"
#include "scenarios/quantity.hpp"

namespace faultpath::scenarios {
namespace {

using sim::DistributionSpec;

// One duration in each line; blank lines and '#' comments are skipped.
std::vector<sim::Duration> durations_in(const std::string& path) {
  const std::string text = read_text(path);
  LineReader lines(path, text);
  std::vector<sim::Duration> values;
  while (lines.next_filled()) {
    if (lines.line().starts_with('#')) continue;
    try {
      values.push_back(parse_duration(lines.line()));
    } catch (const BadValue& bad) {
      lines.fail(bad.message);
    }
    if (values.back() > kLongestLatency) {
      lines.fail("must be at most " + duration_text(kLongestLatency));
    }
  }
  if (values.empty()) throw file_error(path, "holds no durations; one is expected in each line");
  return values;
}

Field<sim::EmpiricalSpec> values_field() {
  return field("file", &sim::EmpiricalSpec::file, existing_file(),
               "file with one duration in each line; each is as likely")
      .then([](const Cursor&, sim::EmpiricalSpec& spec) { spec.values = durations_in(spec.file); })
      .required();
}

template <class A>
Alternative<DistributionSpec> shape(const char* word, const char* doc,
                                    std::initializer_list<Field<A>> fields) {
  std::vector<Field<A>> all;
  for (const Field<A>& one : fields) all.push_back(Field<A>(one).required());
  return alternative<A, DistributionSpec>(word, doc, Object<A>(all));
}

OneOf<DistributionSpec> shapes() {
  using namespace sim;  // NOLINT: the specs are meant, all of them
  const auto time = duration();
  return {"dist",
          {shape<ConstantSpec>("constant", "always the same",
                               {field("value", &ConstantSpec::value, time, "the value")}),
           shape<UniformSpec>("uniform", "evenly between two values",
                              {field("low", &UniformSpec::low, time, "smallest value"),
                               field("high", &UniformSpec::high, time, "largest value")}),
           shape<ExponentialSpec>("exponential", "memoryless",
                                  {field("mean", &ExponentialSpec::mean, time, "mean")}),
           shape<LognormalSpec>(
               "lognormal", "skewed, as most latencies are",
               {field("mean", &LognormalSpec::mean, time, "mean"),
                field("p99", &LognormalSpec::p99, time, "99th percentile, up to 14.9 means")}),
           shape<GammaSpec>("gamma", "from exponential (shape 1) to narrow",
                            {field("mean", &GammaSpec::mean, time, "mean"),
                             field("shape", &GammaSpec::shape, real(0.0, 1e6), "shape")}),
           shape<ParetoSpec>("pareto", "heavy tail",
                             {field("minimum", &ParetoSpec::minimum, time, "smallest value"),
                              field("shape", &ParetoSpec::shape, real(1.0, 1e6), "tail index")}),
           alternative<EmpiricalSpec, DistributionSpec>("empirical", "draws measured values",
                                                        Object<EmpiricalSpec>({values_field()}))}};
}

const OneOf<DistributionSpec>& distributions() {
  static const auto kShapes = shapes();
  return kShapes;
}

void read_latency(const Cursor& at, DistributionSpec& value) {
  if (at.node.is_map()) {
    distributions().read(at, value);
  } else {
    sim::ConstantSpec constant;
    duration().read(at, constant.value);
    value = constant;
  }
  const auto reason = sim::invalid_because(value);
  if (!reason.empty()) fail(at, reason);
}

}  // namespace

Type<DistributionSpec> latency() {
  return {read_latency,
          [](const DistributionSpec& value) -> Json {
            const auto* constant = std::get_if<sim::ConstantSpec>(&value);
            return constant != nullptr ? Json(duration_text(constant->value))
                                       : distributions().dump(value);
          },
          [] { return Json{{"$ref", "#/$defs/latency"}, {"x-type", "duration or distribution"}}; }};
}

Json latency_schema() {
  Json choices = Json::array({duration().schema()});
  for (auto& schema : distributions().schemas()) choices.push_back(std::move(schema));
  return {{"description", "a duration, or a distribution of durations"}, {"anyOf", choices}};
}

}  // namespace faultpath::scenarios
