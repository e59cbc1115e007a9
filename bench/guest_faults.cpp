// Minor faults that guests handle behind an emulated VT-d: VMM, injection, guest kernel, exits.
#include "bench/meter.hpp"
#include "bench/system_run.hpp"
#include "models/base/address.hpp"

int main(int argc, char** argv) {
  using namespace faultpath;
  const auto [guests, faults] = bench::sizes_of(argc, argv, "GUESTS FAULTS");
  const bench::FreshPages pages{guests, faults};
  models::SystemSpec spec = pages.system();
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
  spec.host.memory = 2 * guests * guest.memory;
  spec.strategy = {"sva", models::SvaSpec{}};

  const bench::Measurement run = pages.measure(spec);
  const models::Counters& c = run.outcome.counters;
  bench::require(c.vm_exits_user >= 2 * c.page_requests, "each leaves the guest");
  bench::print(run, "guests", guests, "faults");
}
