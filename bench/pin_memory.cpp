// One operation of a device whose guest's populated memory is pinned as a whole before.
#include "bench/meter.hpp"
#include "bench/system_run.hpp"

int main(int argc, char** argv) {
  using namespace faultpath;
  const auto [gibibytes, page] = bench::sizes_of(argc, argv, "GIBIBYTES PAGE_BYTES");
  models::SystemSpec spec = bench::roomy_system(1, gibibytes * models::kGiB);
  spec.devices[0].memory.populated = true;
  spec.devices[0].memory.huge_pages = page == 2 * models::kMiB;
  spec.strategy = {"pin", models::PinSpec{}};
  spec.run.stop.operations = 1;

  const auto run = bench::measure(spec, &models::Progress::operations, 0, 1);
  const models::GaugeResult& locked = run.outcome.gauges.front();
  const auto bytes = static_cast<std::int64_t>(gibibytes * models::kGiB);
  bench::require(locked.name == "locked_bytes" && locked.final == bytes, "everything is pinned");
  bench::print(run, "gibibytes", gibibytes, "operations");
}
