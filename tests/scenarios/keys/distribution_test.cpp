// Durations that may be distributions.
#include <gtest/gtest.h>

#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

using sim::DistributionSpec;
using sim::microseconds;

std::string with_submit(const std::string& value) {
  return minimal("host: {submit: " + value + "}\n");
}

template <class Shape>
Shape shape_of(const std::string& value) {
  const Scratch scratch;
  return std::get<Shape>(scratch.load(with_submit(value)).cases[0].spec.host.submit);
}

std::string error_of(const std::string& value) {
  const Scratch scratch;
  return scratch.error(with_submit(value));
}

TEST(Distributions, AreDurationsOrMaps) {
  EXPECT_EQ(shape_of<sim::ConstantSpec>("2us").value, microseconds(2));
  EXPECT_EQ(shape_of<sim::ConstantSpec>("{dist: constant, value: 2us}").value, microseconds(2));
  EXPECT_EQ(shape_of<sim::UniformSpec>("{dist: uniform, low: 1us, high: 3us}").high,
            microseconds(3));
  EXPECT_EQ(shape_of<sim::ExponentialSpec>("{dist: exponential, mean: 2us}").mean, microseconds(2));
  EXPECT_EQ(shape_of<sim::LognormalSpec>("{dist: lognormal, mean: 2us, p99: 9us}").p99,
            microseconds(9));
  EXPECT_EQ(shape_of<sim::GammaSpec>("{dist: gamma, mean: 2us, shape: 4}").shape, 4.0);
  EXPECT_EQ(shape_of<sim::ParetoSpec>("{dist: pareto, minimum: 1us, shape: 1.5}").shape, 1.5);
}

TEST(Distributions, ReadMeasuredValuesFromAFileBesideTheScenario) {
  const Scratch scratch;
  scratch.write("measured.txt", "# microseconds of a disk\n80us\n\n81.5us\n");
  const auto scenario = scratch.load(with_submit("{dist: empirical, file: measured.txt}"));
  const auto& spec = std::get<sim::EmpiricalSpec>(scenario.cases[0].spec.host.submit);
  EXPECT_EQ(spec.values, (std::vector{microseconds(80), sim::nanoseconds(81'500)}));
}

TEST(Distributions, NameTheLineOfABadMeasuredValue) {
  const Scratch scratch;
  scratch.write("measured.txt", "80us\n81\n");
  EXPECT_EQ(
      scratch.error(with_submit("{dist: empirical, file: measured.txt}")),
      "measured.txt:2: needs a unit: a duration such as 250ns, in ps, ns, us, ms, s, min or h");
}

TEST(Distributions, SayWhatIsMissing) {
  EXPECT_EQ(error_of("{dist: lognormal, mean: 2us}"),
            "x.yaml:5:16: host.submit: needs the key 'p99'");
  EXPECT_EQ(
      error_of("{mean: 2us}"),
      "x.yaml:5:16: host.submit: needs the key 'dist', one of constant, uniform, exponential, "
      "lognormal, gamma, pareto or empirical");
}

TEST(Distributions, SuggestAShape) {
  const auto text = error_of("{dist: lognomal, mean: 2us, p99: 3us}");
  EXPECT_TRUE(text.starts_with("x.yaml:5:23: host.submit.dist: expected one of ")) << text;
  EXPECT_TRUE(text.ends_with("found 'lognomal'; did you mean 'lognormal'?")) << text;
}

TEST(Distributions, RefuseKeysOfAnotherShape) {
  EXPECT_EQ(error_of("{dist: exponential, mean: 2us, p99: 9us}"),
            "x.yaml:5:47: host.submit.p99: is a key of lognormal, not of exponential");
}

TEST(Distributions, RefuseWhatIsNoDistribution) {
  EXPECT_EQ(error_of("{dist: lognormal, mean: 2us, p99: 1us}"),
            "x.yaml:5:16: host.submit: the p99 of a lognormal must be above its mean");
  EXPECT_EQ(error_of("{dist: uniform, low: 2us, high: 1us}"),
            "x.yaml:5:16: host.submit: low must not be above high");
  EXPECT_EQ(error_of("{dist: pareto, minimum: 1us, shape: 1}"),
            "x.yaml:5:52: host.submit.shape: must be above 1");
}

TEST(Distributions, OverAnotherShapeForgetItsKeys) {
  const Scratch scratch;
  scratch.write("base.yaml", "host: {submit: {dist: lognormal, mean: 2us, p99: 9us}}\n");
  const auto scenario = scratch.load(
      minimal("extends: [base.yaml]\nhost: {submit: {dist: exponential, mean: 1us}}\n"));
  const auto& spec = std::get<sim::ExponentialSpec>(scenario.cases[0].spec.host.submit);
  EXPECT_EQ(spec.mean, microseconds(1));
}

}  // namespace
}  // namespace faultpath::scenarios
