// Closed forms beside simulations.
#include "cli/validate/closed_forms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <variant>

#include "analysis/queues/batch_service.hpp"
#include "analysis/queues/cache_hits.hpp"
#include "analysis/queues/closed_network.hpp"
#include "analysis/queues/single_server.hpp"
#include "cli/experiment/experiment.hpp"
#include "cli/usage_error.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::cli {
namespace {

using analysis::Replacement;
using analysis::Run;
using models::SystemSpec;

constexpr double kConfidence = 0.999;
constexpr double kMessageBytes = 28.0;  // of a request or completion on the link

struct Quantity {
  std::string name;
  double predicted = 0.0;
  std::function<double(const Run&)> measured;
  double allowed = 0.0;
};
using Quantities = std::vector<Quantity>;

struct KnownForm {
  ClosedForm form;
  Quantities (*predict)(const SystemSpec& spec, const std::string& strategy);
};

double ns(const sim::DistributionSpec& distribution) {
  return sim::to_ns(sim::mean_of(distribution));
}
// One way of a message over the device's link.
double hop_ns(const SystemSpec& spec) {
  const auto& link = spec.devices.front().link;
  return sim::to_ns(link.latency) + kMessageBytes / link.bandwidth * 1e9;
}

double operations_per_us(const Run& run) {
  return static_cast<double>(run.counter("dma_operations")->value) / run.measured_ns * 1e3;
}
double stage_ns(const Run& run, std::string_view name) {
  const auto found = std::ranges::find(run.stages, name, &analysis::Stage::name);
  return found == run.stages.end() ? std::nan("") : found->mean;
}
double handling_ns(const Run& run) { return stage_ns(run, "work_queue") + stage_ns(run, "handle"); }
double reporting_ns(const Run& run) { return stage_ns(run, "queue") + stage_ns(run, "report"); }

// A credit is on the wire there and back, and meanwhile with the host. The interrupt thread takes
// no time there, but waits for a core as the handlers do.
Quantities predict_credits(const SystemSpec& spec, const std::string& /*strategy*/) {
  const std::vector<analysis::Station> stations{{2.0 * hop_ns(spec), 0},
                                                {ns(spec.host.page_fault.minor), spec.host.cores}};
  const auto network =
      analysis::solve_closed_network(stations, spec.devices.front().pri.allocation);
  return {{"faults a microsecond", network.throughput * 1e3, operations_per_us},
          {"ns with the host", network.residence(1),
           [](const Run& run) { return reporting_ns(run) + handling_ns(run); }}};
}

Quantities predict_interrupt_thread(const SystemSpec& spec, const std::string& /*strategy*/) {
  const auto& service = std::get<sim::GammaSpec>(spec.host.interrupt.per_request);
  const double mean = sim::to_ns(service.mean);
  const double second_moment = mean * mean * (1.0 + 1.0 / service.shape);
  const double wait =
      analysis::mean_wait_mg1(*spec.devices.front().workload.rate / 1e9, mean, second_moment);
  return {{"ns of waiting", wait, [](const Run& run) { return stage_ns(run, "queue"); }},
          {"ns with waiting and reading", wait + mean, reporting_ns}};
}

Quantities predict_batch_service(const SystemSpec& spec, const std::string& /*strategy*/) {
  const auto solution = analysis::solve_batch_service(*spec.devices.front().workload.rate / 1e9,
                                                      ns(spec.host.interrupt.per_request));
  return {{"places taken", solution.occupied,
           [](const Run& run) { return run.gauge("queue_depth")->mean; }}};
}

// An operation asks for its translation, requests the page, asks again and transfers its data:
// six ways of messages and two latencies with the data in between.
Quantities predict_whole_path(const SystemSpec& spec, const std::string& /*strategy*/) {
  const auto& device = spec.devices.front();
  const double data = static_cast<double>(device.workload.operation) / device.link.bandwidth * 1e9;
  const double wires = 6.0 * hop_ns(spec) + 2.0 * sim::to_ns(device.link.latency) + data;
  const std::vector<analysis::Station> stations{
      {wires, 0},
      {ns(spec.host.interrupt.per_request), 1},
      {ns(spec.host.page_fault.minor), spec.host.work_queue.max_active.value()}};
  const auto network = analysis::solve_closed_network(stations, *device.workload.queue_depth);
  return {{"faults a microsecond", network.throughput * 1e3, operations_per_us},
          {"ns at the interrupt thread", network.residence(1), reporting_ns},
          {"ns with the handlers", network.residence(2), handling_ns}};
}

Quantities predict_locked_limit(const SystemSpec& spec, const std::string& strategy) {
  const auto& workload = spec.devices.front().workload;
  const double exponent = std::get<models::ZipfSpec>(workload.kind).exponent;
  const auto pages = workload.footprint / models::kPageBytes;
  const auto& limit = std::get<models::LruLockedSpec>(spec.strategy.kind).limit;
  const double kept = std::get<double>(limit.value) * static_cast<double>(pages);
  const auto replacement = strategy == "used" ? Replacement::lru : Replacement::fifo;
  const double hits =
      analysis::hit_ratio(analysis::zipf_popularity(pages, exponent), kept, replacement);
  const auto measured = [](const Run& run) {
    return static_cast<double>(run.counter("faults_minor")->value) /
           static_cast<double>(run.counter("dma_operations")->value);
  };
  return {{"faults an access", 1.0 - hits, measured, 0.01}};
}

const std::vector<KnownForm>& known_forms() {
  static const std::vector<KnownForm> table{
      {{"credits", "finite source, several servers (M/M/c//N)",
        "exponential handling; everything else takes no time or a constant one; an operation "
        "always waits for a credit"},
       predict_credits},
      {{"interrupt-thread", "M/G/1, Pollaczek and Khinchine",
        "faults are a Poisson process; the driver frees entries one by one; nobody else needs its "
        "core"},
       predict_interrupt_thread},
      {{"batch-service", "Markov chain of batch sizes",
        "faults are a Poisson process; exponential reading; the ring is never full"},
       predict_batch_service},
      {{"whole-path", "closed network, by convolution",
        "exponential times of thread and handlers; wires are constant; the link is hardly used"},
       predict_whole_path},
      {{"locked-limit", "Che's approximation for LRU and FIFO",
        "accesses are independent; one operation at a time; approximate to 1 %"},
       predict_locked_limit}};
  return table;
}

ClosedFormRow row_of(const std::string& form, const Quantity& quantity,
                     const std::vector<double>& values) {
  ClosedFormRow row{form, quantity.name, quantity.predicted,
                    analysis::interval_of(values, kConfidence)};
  row.error = row.predicted / row.simulated.mean - 1.0;
  row.allowed = quantity.allowed;
  const bool inside = row.simulated.low.value_or(row.simulated.mean) <= row.predicted &&
                      row.predicted <= row.simulated.high.value_or(row.simulated.mean);
  row.good = inside || std::abs(row.error) <= row.allowed;
  return row;
}

void compare(const KnownForm& known, std::size_t jobs, bool show_progress,
             std::vector<ClosedFormRow>& rows) {
  auto scenario = scenarios::load_scenario(
      fmt::format("{}/validation/closed-forms/{}.yaml", FAULTPATH_SCENARIOS, known.form.name));
  ExperimentOptions options;
  options.jobs = jobs;
  options.show_progress = show_progress;
  const auto experiment = run_experiment(scenario, options);
  if (!experiment.failed.empty()) {
    throw UsageError(fmt::format("validate: {}", experiment.failed.front().reason));
  }
  for (const auto& one : scenario.cases) {
    const auto form = scenario.cases.size() > 1
                          ? fmt::format("{} ({})", known.form.name, one.strategy)
                          : known.form.name;
    for (const auto& quantity : known.predict(one.spec, one.strategy)) {
      std::vector<double> values;
      for (const auto& run : experiment.runs) {
        if (run.strategy == one.strategy) values.push_back(quantity.measured(run));
      }
      rows.push_back(row_of(form, quantity, values));
    }
  }
}

}  // namespace

std::vector<ClosedForm> closed_forms() {
  std::vector<ClosedForm> forms;
  for (const auto& known : known_forms()) forms.push_back(known.form);
  return forms;
}

std::vector<ClosedFormRow> compare_closed_forms(std::size_t jobs, bool show_progress) {
  std::vector<ClosedFormRow> rows;
  for (const auto& known : known_forms()) compare(known, jobs, show_progress, rows);
  return rows;
}

}  // namespace faultpath::cli
