// Faults inside a guest.
#include "models/memory/guest_faults.hpp"

namespace faultpath::models {

sim::Task<Residency> GuestFaults::make_resident(ProcessMemory& process, IovaPage page,
                                                Worker& worker, FaultAccess) {
  PageState& state = process.page(page);
  while (state.has(kBusy)) co_await host_.pool().wait_until_idle(state, worker);
  if (state.has(kResident)) {
    worker.charge(host_.costs().spurious());
    co_return Residency::present;
  }
  const bool major = state.has(kSwapped) || process.backing().kind == Backing::file;
  worker.charge(major ? host_.costs().major() : host_.costs().minor());
  co_await worker.pay();
  if (major && !state.has(kBusy | kResident)) {
    co_await host_.swap().read(state, host_.pool(), worker);
  }
  state.set(kResident);
  co_return major ? Residency::major : Residency::minor;
}

}  // namespace faultpath::models
