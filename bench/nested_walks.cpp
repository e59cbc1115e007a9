// Cold walks through both stages: every access misses the IOTLB and finds no table cached.
#include "bench/meter.hpp"
#include "bench/system_run.hpp"
#include "models/base/address.hpp"

int main(int argc, char** argv) {
  using namespace faultpath;
  const auto [devices, walks] = bench::sizes_of(argc, argv, "DEVICES WALKS");
  const std::uint64_t warm_up = 20'000;
  models::SystemSpec spec = bench::roomy_system(devices, 16 * models::kGiB);
  spec.devices[0].workload.kind = models::UniformSpec{};
  spec.devices[0].workload.queue_depth = 32;
  spec.iommu.levels = {4, 4};
  spec.iommu.walk_cache.entries = 0;
  spec.strategy = {"pin", models::PinSpec{}};
  spec.run.stop.operations = warm_up + walks;

  const auto run = bench::measure(spec, &models::Progress::operations, warm_up, warm_up + walks);
  const models::Counters& c = run.outcome.counters;
  const std::uint64_t nearly_all = c.dma_operations - c.dma_operations / 500;
  bench::require(c.iotlb_misses >= nearly_all, "all but 1 access in 500 walks");
  bench::require(c.walk_reads == 24 * c.iotlb_misses, "each walk reads (4 + 1)(4 + 1) - 1 entries");
  bench::print(run, "devices", devices, "walks");
}
