// Minor faults through the whole model: every operation of every device touches a new page.
#include <cstdlib>
#include <string_view>

#include "bench/meter.hpp"
#include "bench/system_run.hpp"
#include "models/base/address.hpp"

int main(int argc, char** argv) {
  using namespace faultpath;
  const auto [devices, faults] = bench::sizes_of(argc, argv, "DEVICES FAULTS [CORES|unfollowed]");
  const std::uint64_t warm_up = 20 * devices;
  const std::uint64_t each = (warm_up + faults) / devices;
  models::SystemSpec spec = bench::roomy_system(devices, (2 * each + 64) * models::kPageBytes);
  spec.devices[0].workload.kind = models::SequentialSpec{};
  spec.strategy = {"sva", models::SvaSpec{}};
  spec.run.level_series = argc < 4 || std::string_view{argv[3]} != "unfollowed";
  if (argc > 3 && spec.run.level_series) {  // fewer than devices: groups wait for one
    spec.host.cores = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
    spec.host.work_queue = {};
  }
  spec.run.stop.faults = warm_up + faults;

  const auto run = bench::measure(spec, &models::Progress::faults, warm_up, warm_up + faults);
  const models::Counters& c = run.outcome.counters;
  bench::require(c.queue_overflows == 0, "no overflow");
  bench::require(c.faults_minor == c.dma_operations && c.page_requests == c.dma_operations,
                 "each operation is one minor fault");
  bench::print(run, "devices", devices, "faults");
}
