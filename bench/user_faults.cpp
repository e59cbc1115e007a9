// Minor faults that a thread of user space handles: fault file, read, pages, write of the answer.
#include "bench/meter.hpp"
#include "bench/system_run.hpp"

int main(int argc, char** argv) {
  using namespace faultpath;
  const auto [devices, faults] = bench::sizes_of(argc, argv, "DEVICES FAULTS");
  const bench::FreshPages pages{devices, faults};
  models::SystemSpec spec = pages.system();
  spec.strategy = {"iopf", models::IopfSpec{}};
  spec.route = models::FaultRoute::iommufd;

  const bench::Measurement run = pages.measure(spec);
  const models::Counters& c = run.outcome.counters;
  bench::require(c.reader_wake_ups > 0 && c.responses_success == c.page_requests,
                 "user space answers each");
  bench::print(run, "devices", devices, "faults");
}
