// Accesses that hit the device's translation cache: pinned memory of a quarter of its reach.
#include <string_view>

#include "bench/meter.hpp"
#include "bench/system_run.hpp"
#include "models/base/address.hpp"

namespace {

faultpath::models::WorkloadKind pattern(std::string_view name) {
  using namespace faultpath::models;  // NOLINT: the specs of workloads
  if (name == "uniform") return UniformSpec{};
  if (name == "zipf") return ZipfSpec{};
  return SequentialSpec{};
}

}  // namespace

int main(int argc, char** argv) {
  using namespace faultpath;
  const char* const usage = "DEVICES ACCESSES [sequential|uniform|zipf]";
  const auto [devices, accesses] = bench::sizes_of(argc, argv, usage);
  const std::uint64_t pages = models::AtsSpec{}.entries / 4;
  models::SystemSpec spec = bench::roomy_system(devices, pages * models::kPageBytes);
  spec.devices[0].workload.kind = pattern(argc > 3 ? argv[3] : "");
  spec.devices[0].workload.queue_depth = 32;
  spec.strategy = {"pin", models::PinSpec{}};
  spec.run.stop.operations = accesses;

  // No warm-up: a device that only hits is done in a few events, between two reports.
  const auto run = bench::measure(spec, &models::Progress::operations, 0, accesses);
  const models::Counters& c = run.outcome.counters;
  // A miss at first, and for each other operation in flight that wants the same page.
  bench::require(c.page_accesses == accesses, "each operation is an access");
  bench::require(c.atc_misses <= 32 * pages * devices, "only what is new misses");
  bench::print(run, "devices", devices, "accesses");
}
