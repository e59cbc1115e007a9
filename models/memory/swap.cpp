// Transfers of the swap disk.
#include "models/memory/swap.hpp"

#include <limits>

#include "models/base/address.hpp"

namespace faultpath::models {

Swap::Swap(sim::Simulation& simulation, const SwapSpec& spec, const std::string& name,
           PageSize size)
    : simulation_(simulation),
      spec_(spec),
      page_(size.bytes()),
      copy_time_(spec.latency + sim::transfer_time(page_, spec.bandwidth)),
      places_(spec.size ? size.pages_in(*spec.size) : std::numeric_limits<std::uint64_t>::max()),
      disk_(simulation.platform().add_disk(
          name, {spec.latency, spec.bandwidth, spec.bandwidth, spec.queue_depth})) {}

void Swap::take_place(PageState& page) {
  used_ += !page.has(kSwapped);
  page.set(kSwapped);
}

void Swap::give_place(PageState& page) {
  used_ -= page.has(kSwapped);
  page.clear(kSwapped);
}

void Swap::brought_back(PageState& page) {
  if (!page.has(kSwapped) || used_ <= places_ / 2) return;
  give_place(page);
  page.set(kDirty);
}

sim::Task<> Swap::read(Flags& page, FreeFrames& pool, Worker& worker) {
  const bool copies = spec_.synchronous && page.has(kSwapped);
  page.set(kBusy);
  if (copies) {
    worker.charge(copy_time_);
    co_await worker.pay();
  } else {
    worker.leave();
    co_await simulation_.platform().read(disk_, page_);
    co_await worker.enter();
  }
  page.clear(kBusy);
  pool.changed();
}

sim::Task<> Swap::fetch(std::uint64_t bytes) { co_await simulation_.platform().read(disk_, bytes); }

sim::Task<> Swap::write() { co_await simulation_.platform().write(disk_, page_); }

}  // namespace faultpath::models
