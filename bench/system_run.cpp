// Timing a system, and the line that bench/run reads.
#include "bench/system_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "bench/meter.hpp"

namespace faultpath::bench {
namespace {

void exit_on_problems(const models::SystemSpec& spec) {
  const auto problems = models::problems_of(spec);
  for (const models::SpecProblem& problem : problems) {
    fmt::print(stderr, "{}: {}\n", problem.path, problem.message);
  }
  if (!problems.empty()) std::exit(2);
}

}  // namespace

Measurement measure(const models::SystemSpec& spec, Count count, std::uint64_t warm_up,
                    std::uint64_t enough) {
  exit_on_problems(spec);
  std::uint64_t last = 0, first = 0, final = 0;
  double begin = 0.0, end = 0.0;
  models::RunHooks hooks;
  hooks.progress = [&](const models::Progress& progress) {
    last = progress.*count;
    if (begin == 0.0 && last >= warm_up) {
      first = last;
      begin = cpu_seconds();
    } else if (end == 0.0 && last >= enough) {
      final = last;
      end = cpu_seconds();
    }
  };
  Measurement measurement{.outcome = models::run_system(spec, hooks)};
  if (end == 0.0) {
    final = last;
    end = cpu_seconds();
  }
  require(final > first, "the warm-up is shorter than the run");
  measurement.counted = final - first;
  measurement.seconds = end - begin;
  return measurement;
}

void print(const Measurement& measurement, const char* size_name, std::uint64_t size,
           const char* what) {
  const double rate = static_cast<double>(measurement.counted) / measurement.seconds;
  fmt::print(
      "{{\"{}\": {}, \"{}\": {}, \"seconds\": {:.9f}, \"{}_per_s\": {:.0f}, \"ns_per_one\": "
      "{:.2f}, "
      "\"events\": {}, \"peak_bytes\": {}, \"fingerprint\": \"{:016x}\"}}\n",
      size_name, size, what, measurement.counted, measurement.seconds, what, rate, 1e9 / rate,
      measurement.outcome.events, peak_bytes(), measurement.outcome.fingerprint);
}

void require(bool condition, const char* what) {
  if (condition) return;
  fmt::print(stderr, "not measured: {} does not hold\n", what);
  std::exit(1);
}

// Not ru_maxrss, which a process inherits from the program that started it.
std::uint64_t peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes * models::kKiB;
  }
  return 0;
}

models::SystemSpec roomy_system(std::uint64_t devices, std::uint64_t footprint) {
  models::SystemSpec spec;
  models::DeviceSpec device;
  device.count = static_cast<std::uint32_t>(devices);
  device.workload.queue_depth = 1;
  device.workload.footprint = footprint;
  spec.host.cores = spec.iommu.walkers = std::max<std::uint32_t>(device.count, 8);
  spec.host.work_queue.max_active = spec.host.cores;
  spec.host.interrupt.per_request = sim::ConstantSpec{};
  spec.host.memory = 2 * devices * footprint + models::kGiB;
  spec.iommu.queue_entries = std::bit_ceil(std::max(4 * device.count, 256U));
  spec.devices = {device};
  spec.traces.resize(1);
  return spec;
}

models::SystemSpec FreshPages::system() const {
  const std::uint64_t each = (warm_up() + faults) / devices;
  models::SystemSpec spec = roomy_system(devices, (2 * each + 64) * models::kPageBytes);
  spec.devices[0].workload.kind = models::SequentialSpec{};
  spec.run.stop.faults = warm_up() + faults;
  return spec;
}

Measurement FreshPages::measure(const models::SystemSpec& spec) const {
  Measurement run = bench::measure(spec, &models::Progress::faults, warm_up(), warm_up() + faults);
  const models::Counters& c = run.outcome.counters;
  require(c.queue_overflows == 0, "no overflow");
  require(c.faults_minor == c.dma_operations && c.page_requests == c.dma_operations,
          "each operation is one minor fault");
  return run;
}

}  // namespace faultpath::bench
