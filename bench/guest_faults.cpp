// Minor faults that guests handle behind an emulated VT-d: VMM, injection, guest kernel, exits.
#include "bench/meter.hpp"
#include "bench/system_run.hpp"
#include "models/base/address.hpp"

int main(int argc, char** argv) {
  using namespace faultpath;
  const auto [guests, faults] = bench::sizes_of(argc, argv, "GUESTS FAULTS");
  const std::uint64_t warm_up = 20 * guests;
  const std::uint64_t each = (warm_up + faults) / guests;
  models::SystemSpec spec = bench::roomy_system(guests, (2 * each + 64) * models::kPageBytes);
  models::GuestMachineSpec guest;
  guest.name = "vm";
  guest.count = static_cast<std::uint32_t>(guests);
  guest.memory = 2 * spec.devices[0].workload.footprint + 64 * models::kMiB;
  guest.vcpus.count = 4;
  guest.processes.emplace_back().name = "app";
  spec.guests = {guest};
  spec.iommu.levels = {4, 4};
  spec.devices[0].guest = "vm";
  spec.devices[0].process = "app";
  spec.devices[0].workload.kind = models::SequentialSpec{};
  spec.host.memory = 2 * guests * guest.memory;
  spec.strategy = {"sva", models::SvaSpec{}};
  spec.run.stop.faults = warm_up + faults;

  const auto run = bench::measure(spec, &models::Progress::faults, warm_up, warm_up + faults);
  const models::Counters& c = run.outcome.counters;
  bench::require(c.queue_overflows == 0, "no overflow");
  bench::require(c.faults_minor == c.dma_operations && c.page_requests == c.dma_operations,
                 "each operation is one minor fault");
  bench::require(c.vm_exits_user >= 2 * c.page_requests, "each leaves the guest");
  bench::print(run, "guests", guests, "faults");
}
