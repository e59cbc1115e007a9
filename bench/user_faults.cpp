// Minor faults that a thread of user space handles: fault file, read, pages, write of the answer.
#include "bench/meter.hpp"
#include "bench/system_run.hpp"
#include "models/base/address.hpp"

int main(int argc, char** argv) {
  using namespace faultpath;
  const auto [devices, faults] = bench::sizes_of(argc, argv, "DEVICES FAULTS");
  const std::uint64_t warm_up = 20 * devices;
  const std::uint64_t each = (warm_up + faults) / devices;
  models::SystemSpec spec = bench::roomy_system(devices, (2 * each + 64) * models::kPageBytes);
  spec.devices[0].workload.kind = models::SequentialSpec{};
  spec.strategy = {"iopf", models::IopfSpec{}};
  spec.route = models::FaultRoute::iommufd;
  spec.run.stop.faults = warm_up + faults;

  const auto run = bench::measure(spec, &models::Progress::faults, warm_up, warm_up + faults);
  const models::Counters& c = run.outcome.counters;
  bench::require(c.queue_overflows == 0, "no overflow");
  bench::require(c.faults_minor == c.dma_operations && c.page_requests == c.dma_operations,
                 "each operation is one minor fault");
  bench::require(c.reader_wake_ups > 0 && c.responses_success == c.page_requests,
                 "user space answers each");
  bench::print(run, "devices", devices, "faults");
}
