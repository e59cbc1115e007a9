// Declares options to CLI11 and reads the values that it cannot.
#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>

#include "cli/usage_error.hpp"
#include "scenarios/excerpt.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::cli {
namespace {

// What CLI11 stores for a flag without a value.
constexpr std::string_view kBareFlag = "true";

// The text itself, once it is known to be one; its bounds are checked with the scenario.
const std::string& whole_number(const char* option, const std::string& text) {
  try {
    scenarios::parse_integer(text);
  } catch (const scenarios::BadValue& bad) {
    throw UsageError(fmt::format("{} {}: {}", option, scenarios::excerpt(text), bad.message));
  }
  return text;
}

}  // namespace

void ScenarioOptions::add_to(CLI::App& command) {
  command.add_option("SCENARIO", path, "scenario file (YAML)")->required();
  command
      .add_option("--set", sets,
                  "change a key: iommu.queue_entries=64, devices[0].pri.allocation=8,\n"
                  "strategies.lru_locked.limit=50%; repeatable, the last wins")
      ->type_name("PATH=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("--seed", seed, "seed of all random streams")->type_name("N");
  command.add_option("--replications", replications, "independent runs of each case")
      ->type_name("R");
}

scenarios::LoadOptions ScenarioOptions::load_options() const {
  scenarios::LoadOptions options{sets};
  if (seed) options.sets.push_back("seed=" + whole_number("--seed", *seed));
  if (replications) {
    options.sets.push_back("replications=" + whole_number("--replications", *replications));
  }
  return options;
}

void RunOptions::add_to(CLI::App& command) {
  command.add_option("--jobs", jobs, "worker processes at a time (default: cores)")
      ->type_name("J")
      ->check(CLI::Range(1U, 4096U));
  command.add_option("--out", out, "result directory (default: results/NAME-COMMAND)")
      ->type_name("DIR");
  command.add_option("--confidence", confidence, "level of the intervals")
      ->type_name("SHARE")
      ->capture_default_str();
  command
      .add_option("--precision", precision,
                  "as many replications as it takes for the intervals of p99 and throughput\n"
                  "to be as narrow as this, at most --replications (default: 1000)")
      ->type_name("SHARE");
  command
      .add_option("--by", by,
                  "counters and latencies of each device, guest or process by its name, too;\n"
                  "they sum and merge to those of the run")
      ->type_name(fmt::format("{}", fmt::join(models::kDimensions, "|")));
  command.add_flag("--tail", tail,
                   "below the table, each case's latencies from the median to the last quantile\n"
                   "with enough values, as a line");
  command.add_flag("--json", json,
                   "the result on stdout, nothing else there;\n"
                   "a directory only with --out");
  command.add_flag("--fingerprint", fingerprint,
                   "print each run's fingerprint instead of the table;\n"
                   "--fingerprint=time,component,kind,key,seed selects what it covers");
  command.add_flag("--quiet", quiet, "no table and no progress");
  command.add_flag("--no-progress", no_progress, "no progress bar");
}

void RunOptions::check_effects() const {
  if (!tail) return;
  const std::array<std::pair<const char*, bool>, 3> without_table{
      {{"--json", json}, {"--quiet", quiet}, {"--fingerprint", !fingerprint.empty()}}};
  for (const auto& [option, is_given] : without_table)
    if (is_given) throw UsageError(fmt::format("--tail has no effect with {}", option));
}

std::size_t workers_for(unsigned jobs) {
  return jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
}

std::size_t RunOptions::job_count() const { return workers_for(jobs); }

double RunOptions::confidence_share() const { return parse_confidence(confidence); }

std::optional<double> RunOptions::precision_share() const {
  if (precision.empty()) return std::nullopt;
  if (const auto share = parse_share(precision)) return share;
  throw UsageError(fmt::format(
      "--precision {}: expected a share above 0 and up to 100 %, as 5% or 0.05", precision));
}

std::optional<models::Dimension> RunOptions::dimension() const {
  if (by.empty()) return std::nullopt;
  const auto* const found = std::ranges::find(models::kDimensions, by);
  if (found == models::kDimensions.end()) {
    const std::vector<std::string> words(models::kDimensions.begin(), models::kDimensions.end());
    throw UsageError(
        fmt::format("--by {}: expects {}", scenarios::excerpt(by), scenarios::listed(words)));
  }
  return static_cast<models::Dimension>(found - models::kDimensions.begin());
}

sim::FingerprintIngredients RunOptions::ingredients() const {
  return parse_ingredients(fingerprint.empty() || fingerprint == kBareFlag ? "all" : fingerprint);
}

double parse_confidence(const std::string& text) {
  std::istringstream stream(text);
  double value = 0.0;
  std::string rest;
  const bool is_number = static_cast<bool>(stream >> value);
  stream >> rest;
  if (rest == "%" || (rest.empty() && value > 1.0)) value /= 100.0;
  if (!is_number || !(rest.empty() || rest == "%") || !(value > 0.0 && value < 1.0)) {
    throw UsageError(
        fmt::format("--confidence {}: expected a share between 0 and 100 %, as 95% or 0.95", text));
  }
  return value;
}

std::optional<double> parse_share(const std::string& text) {
  std::istringstream stream(text);
  double value = 0.0;
  std::string rest;
  if (!(stream >> value)) return std::nullopt;
  std::getline(stream >> std::ws, rest);
  if (rest == "%") value /= 100.0;
  const bool good = (rest.empty() || rest == "%") && value > 0.0 && value <= 1.0;
  return good ? std::optional{value} : std::nullopt;
}

sim::FingerprintIngredients parse_ingredients(const std::string& text) {
  if (text == "all") return {};
  using Ingredients = sim::FingerprintIngredients;
  static constexpr std::array<std::pair<std::string_view, bool Ingredients::*>, 5> kNames{
      {{"time", &Ingredients::time},
       {"component", &Ingredients::component},
       {"kind", &Ingredients::kind},
       {"key", &Ingredients::key},
       {"seed", &Ingredients::seed}}};
  Ingredients chosen{false, false, false, false, false};
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, ',');) {
    const auto named = std::ranges::find(kNames, word, [](const auto& name) { return name.first; });
    if (named == kNames.end()) {
      throw UsageError(fmt::format(
          "--fingerprint={}: '{}' is none of time, component, kind, key and seed", text, word));
    }
    chosen.*named->second = true;
  }
  return chosen;
}

}  // namespace faultpath::cli
