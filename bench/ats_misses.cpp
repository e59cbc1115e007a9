// Accesses that miss every cache: uniform over pinned memory far beyond the reach of the IOTLB.
#include "bench/meter.hpp"
#include "bench/system_run.hpp"
#include "models/base/address.hpp"

int main(int argc, char** argv) {
  using namespace faultpath;
  const auto [devices, misses] = bench::sizes_of(argc, argv, "DEVICES MISSES");
  const std::uint64_t warm_up = 20'000;
  models::SystemSpec spec = bench::roomy_system(devices, 16 * models::kGiB);
  spec.devices[0].workload.kind = models::UniformSpec{};
  spec.devices[0].workload.queue_depth = 32;
  spec.strategy = {"pin", models::PinSpec{}};
  spec.run.stop.operations = warm_up + misses;

  const auto run = bench::measure(spec, &models::Progress::operations, warm_up, warm_up + misses);
  const models::Counters& c = run.outcome.counters;
  const std::uint64_t nearly_all = c.dma_operations - c.dma_operations / 500;
  bench::require(c.ats_requests >= nearly_all && c.iotlb_misses >= nearly_all,
                 "all but 1 access in 500 asks and walks");
  bench::require(c.page_requests == 0, "each request succeeds");
  bench::print(run, "devices", devices, "misses");
}
