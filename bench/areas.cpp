// The start of a run whose process has many areas: their plan, their checks, their wiring.
#include <string>

#include "bench/meter.hpp"
#include "bench/system_run.hpp"
#include "models/base/address.hpp"

int main(int argc, char** argv) {
  using namespace faultpath;
  const auto [areas, bytes] = bench::sizes_of(argc, argv, "AREAS BYTES_EACH");
  models::SystemSpec spec = bench::roomy_system(1, areas * bytes);
  models::ProcessSpec& process = spec.processes.emplace_back();
  process.name = "process";
  for (std::uint64_t i = 0; i < areas; ++i) {
    models::AreaSpec& area = process.areas.emplace_back();
    area.name = "area " + std::to_string(i);
    area.size = bytes;
  }
  spec.devices[0].process = process.name;
  spec.devices[0].workload.kind = models::SequentialSpec{};
  spec.strategy = {"sva", models::SvaSpec{}};
  spec.run.stop.operations = 1;

  const double begin = bench::cpu_seconds();
  bench::require(models::problems_of(spec).empty(), "the system can be run");
  bench::Measurement run{.outcome = models::run_system(spec), .counted = 1};
  run.seconds = bench::cpu_seconds() - begin;
  bench::require(run.outcome.counters.faults_minor == 1, "one page of an area is touched");
  bench::print(run, "areas", areas, "operations");
}
