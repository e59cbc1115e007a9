// `faultpath curve`: faults, latency and memory against the locked limit.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <sstream>

#include "cli/commands.hpp"
#include "cli/curve/curve.hpp"
#include "cli/exit_status.hpp"
#include "cli/experiment/result.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/usage_error.hpp"
#include "models/assembly/run.hpp"
#include "scenarios/excerpt.hpp"
#include "scenarios/quantity.hpp"

namespace faultpath::cli {
namespace {

/// Those that were asked for on the list, and two smaller ones.
constexpr auto kDefaultLimits = "5%,10%,20%,30%,50%,70%";
constexpr std::size_t kDefaultPoints = 20;
constexpr auto kDefaultMetric = "dma_latency.p99";
/// From so many accesses on the prediction looks at a sample, of so many pages (assumed).
constexpr std::uint64_t kManyAccesses = 50'000'000, kSampledPages = 1U << 17;

struct CurveRequest {
  ScenarioOptions scenario;
  CaseChoice choice;
  std::optional<std::string> limits, target, metric, sample;
  std::optional<std::size_t> points;
  unsigned jobs = 0;
  std::string out, confidence = "95%";
  bool json = false, quiet = false, no_progress = false;
};

std::uint64_t limit_of(const LimitedSystem& system, const std::string& text) {
  try {
    return system.limit_of(text);
  } catch (const scenarios::BadValue& bad) {
    throw UsageError(fmt::format("--limits {}: {}{}; a limit is 10% or 64MiB",
                                 scenarios::excerpt(text), bad.message,
                                 bad.suggestion.empty() ? "" : "; " + bad.suggestion));
  }
}

// Why the system cannot run with the limit.
std::optional<std::string> problem_of(const LimitedSystem& system, std::uint64_t limit) {
  const auto problems = models::problems_of(system.with_limit(limit).spec);
  const auto wrong = std::ranges::find(problems, false, &models::SpecProblem::unused);
  if (wrong == problems.end()) return std::nullopt;
  return fmt::format("{}: {}", wrong->path, wrong->message);
}

// Ascending; the whole is always there. Of those that nobody has asked for the possible ones.
std::vector<std::uint64_t> limits_of(const CurveRequest& request, const LimitedSystem& system) {
  if (const auto why = problem_of(system, system.whole()))
    throw UsageError(fmt::format("{}: {}", request.scenario.path, *why));
  std::set<std::uint64_t> limits{system.whole()};
  std::istringstream stream(request.limits.value_or(kDefaultLimits));
  for (std::string text; std::getline(stream, text, ',');) {
    const std::uint64_t limit = limit_of(system, text);
    if (!request.limits && limit < system.least()) continue;
    const auto why = problem_of(system, limit);
    if (why) throw UsageError(fmt::format("--limits {}: {}", text, *why));
    limits.insert(limit);
  }
  return {limits.begin(), limits.end()};
}

std::size_t points_of(const CurveRequest& request, std::size_t limits) {
  if (!request.points) return request.limits ? limits : std::max(kDefaultPoints, limits);
  if (*request.points == 0 || *request.points >= limits) return *request.points;
  throw UsageError(fmt::format(
      "--points {}: there are {} limits to begin with, the whole included; 0 simulates none",
      *request.points, limits));
}

// The share of the pages, chosen where there are many accesses and pages.
double sample_of(const CurveRequest& request, const LimitedSystem& system) {
  if (request.sample) {
    if (const auto share = parse_share(*request.sample)) return *share;
    throw UsageError(fmt::format("--sample {}: expected a share above 0 and up to 100 %, as 5%",
                                 scenarios::excerpt(*request.sample)));
  }
  const auto operations = known_operations(system.spec()).value_or(0);
  std::uint64_t accesses = operations;
  if (operations == ~std::uint64_t{0}) {
    accesses = 0;
    for (const auto& trace : system.spec().traces) accesses += trace ? trace->entries.size() : 0;
  }
  double pages = 0.0;
  for (const auto& table : system.tables())
    pages += static_cast<double>(table.pages) * static_cast<double>(table.count);
  return accesses < kManyAccesses ? 1.0 : std::min(1.0, kSampledPages / pages);
}

CurveOptions options_of(const CurveRequest& request, const LimitedSystem& system) {
  CurveOptions options{.limits = {},
                       .metric = goal_metric("--metric", kDefaultMetric),
                       .target = {},
                       .experiment = {}};
  if (request.target) options.target = target_of(*request.target);
  if (options.target) options.metric = options.target->metric;
  if (request.metric) options.metric = goal_metric("--metric", *request.metric);
  options.limits = limits_of(request, system);
  options.points = points_of(request, options.limits.size());
  if (options.points == 0 && (request.target || request.metric))
    throw UsageError(fmt::format("{} has no effect with --points 0, which simulates nothing",
                                 request.target ? "--target" : "--metric"));
  options.sample = sample_of(request, system);
  RunOptions run;
  run.jobs = request.jobs;
  options.experiment.jobs = run.job_count();
  options.experiment.show_progress = stderr_is_terminal() && !request.quiet && !request.no_progress;
  options.experiment.confidence = parse_confidence(request.confidence);
  return options;
}

std::string directory_of(const CurveRequest& request, const std::string& name) {
  if (!request.out.empty()) return request.out;
  return request.json ? "" : default_directory(name, "curve");
}

int report_failures(const std::vector<FailedRun>& failed) {
  int status = 0;
  for (const auto& run : failed) {
    complain(fmt::format("faultpath: {}\n", run.reason));
    status = std::max(status, run.is_bad_input ? kBadInput : kBrokenRun);
  }
  return status;
}

analysis::Json result_of(scenarios::Scenario scenario, const LimitedSystem& system,
                         const CurveOptions& options, const Curve& curve) {
  Experiment all;
  std::vector<std::uint64_t> limits;
  for (const auto& [limit, simulated] : curve.simulated) {
    limits.push_back(limit);
    std::ranges::copy(simulated.runs, std::back_inserter(all.runs));
    for (const auto& record : simulated.records) all.records.push_back(record);
  }
  if (!limits.empty()) scenario.resolved = system.resolved(scenario.resolved, limits);
  auto result = make_result(scenario, std::move(all), options.experiment.confidence, false);
  result["curve"] = to_json(system, options, curve);
  return result;
}

int execute(const CurveRequest& request) {
  const auto scenario =
      scenarios::load_scenario(request.scenario.path, request.scenario.load_options());
  const LimitedSystem system(scenario, request.choice);
  const auto options = options_of(request, system);
  const auto directory = directory_of(request, scenario.name);
  if (!directory.empty()) check_replaceable(directory);
  const InterruptGuard guard;
  const auto curve = make_curve(scenario, system, options);
  throw_if_interrupted();
  if (const int status = report_failures(curve.failed)) return status;
  const auto result = result_text(result_of(scenario, system, options, curve));
  const auto text = [&](const Display& display) {
    return curve_text(scenario.name, system, options, curve, display);
  };
  if (!directory.empty()) write_result(directory, result, text({}));
  if (request.json) {
    print(result);
  } else if (!request.quiet) {
    print(fmt::format("{}\n{}/result.json\n", text(stdout_display()), directory));
  }
  return curve.target && !curve.target->crossing ? kMissed : 0;
}

void add_options(CLI::App& command, CurveRequest& request) {
  request.scenario.add_to(command);
  request.choice.add_to(command, "limit");
  command
      .add_option("--limits", request.limits,
                  "limits to simulate: 10%,64MiB; with --points, those to begin with\n"
                  "(default: 5, 10, 20, 30, 50 and 70 %); all memory is always there")
      ->type_name("LIST");
  command
      .add_option("--points", request.points,
                  "how many limits to simulate at most, around knee and target\n"
                  "(default: 20); 0 predicts faults only")
      ->type_name("N");
  command
      .add_option("--target", request.target,
                  "find the least limit for this: 'dma_latency.p99<50us', 'throughput>5GB/s';\n"
                  "exit status 1 when no limit meets it")
      ->type_name("METRIC<VALUE");
  command
      .add_option("--metric", request.metric,
                  "whose knee to find (default: that of --target, or dma_latency.p99)")
      ->type_name("METRIC");
  command
      .add_option("--sample", request.sample,
                  "predict from this share of the pages, with its error\n"
                  "(default: all, but 131072 of them from 50 million accesses on)")
      ->type_name("SHARE");
  command.add_option("--jobs", request.jobs, "worker processes at a time (default: cores)")
      ->type_name("J")
      ->check(CLI::Range(1U, 4096U));
  command.add_option("--out", request.out, "result directory (default: results/NAME-curve)")
      ->type_name("DIR");
  command.add_option("--confidence", request.confidence, "level of the intervals")
      ->type_name("SHARE")
      ->capture_default_str();
  command.add_flag("--json", request.json,
                   "the result on stdout, nothing else there;\n"
                   "a directory only with --out");
  command.add_flag("--quiet", request.quiet, "no table and no progress");
  command.add_flag("--no-progress", request.no_progress, "no progress bar");
}

}  // namespace

Command add_curve(CLI::App& program) {
  auto request = std::make_shared<CurveRequest>();
  auto* command = program.add_subcommand(
      "curve", "Faults, latency and memory against the locked limit; the knee, a target");
  add_options(*command, *request);
  return {command, [request] { return execute(*request); }};
}

}  // namespace faultpath::cli
