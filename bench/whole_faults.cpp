// Minor faults through the whole model: every operation of every device touches a new page.
#include <cstdlib>
#include <string_view>

#include "bench/meter.hpp"
#include "bench/system_run.hpp"

int main(int argc, char** argv) {
  using namespace faultpath;
  const auto [devices, faults] = bench::sizes_of(argc, argv, "DEVICES FAULTS [CORES|unfollowed]");
  const bench::FreshPages pages{devices, faults};
  models::SystemSpec spec = pages.system();
  spec.strategy = {"sva", models::SvaSpec{}};
  spec.run.level_series = argc < 4 || std::string_view{argv[3]} != "unfollowed";
  if (argc > 3 && spec.run.level_series) {  // fewer than devices: groups wait for one
    spec.host.cores = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
    spec.host.work_queue = {};
  }

  const bench::Measurement run = pages.measure(spec);
  bench::print(run, "devices", devices, "faults");
}
