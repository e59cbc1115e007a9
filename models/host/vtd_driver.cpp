// Draining the VT-d page request queue.
#include "models/host/vtd_driver.hpp"

namespace faultpath::models {
namespace {

const std::string kPath = "host/interrupt thread";

}  // namespace

VtdDriver::VtdDriver(sim::Simulation& simulation, const HostSpec& spec, sim::CorePool& cores,
                     Iommu& iommu, VtdPageRequestQueue& queue, FaultCore& core)
    : simulation_(simulation),
      cores_(cores),
      iommu_(iommu),
      queue_(queue),
      core_(core),
      delivery_(spec.interrupt.delivery),
      wake_up_(spec.interrupt.wake_up),
      per_request_(spec.interrupt.per_request),
      delivery_stream_(simulation.stream(kPath, "delivery")),
      wake_stream_(simulation.stream(kPath, "wake-up")),
      request_stream_(simulation.stream(kPath, "request")) {
  simulation.start_service(thread(), "host/interrupt thread");
}

void VtdDriver::interrupt() { simulation_.start(deliver(), "host/interrupt"); }

sim::Process VtdDriver::deliver() {
  co_await simulation_.delay(delivery_(delivery_stream_), {"interrupt delivery", ""});
  raised_event_.set();
}

sim::Process VtdDriver::thread() {
  for (;;) {
    co_await raised_event_.wait();
    co_await cores_.acquire(sim::Priority::interrupt);
    co_await simulation_.delay(wake_up_(wake_stream_), {"interrupt thread wake-up", ""});
    while (raised_event_.is_set()) {  // raised again while it ran: no sleep in between
      raised_event_.reset();
      co_await run_once();
    }
    cores_.release();
  }
}

// PPR is cleared before the tail is read, or an arrival in between would go unnoticed.
sim::Task<> VtdDriver::run_once() {
  queue_.clear_pending();
  const std::uint32_t tail = queue_.tail();
  for (std::uint32_t at = queue_.head(); at != tail; at = queue_.next(at)) {
    const PageRequest request = queue_.at(at);
    request.fault.enter(simulation_.now(), FaultStage::report);
    co_await simulation_.delay(per_request_(request_stream_), {"request processing", ""});
    if (!request.stop_marker()) core_.report(request);
  }
  queue_.set_head(tail);
  recover_from_overflow();
  iommu_.queue_changed();
}

// If the queue is not empty yet, the flag stays: the pending interrupt runs the thread again.
void VtdDriver::recover_from_overflow() {
  if (!queue_.overflow() || queue_.head() != queue_.tail()) return;
  core_.discard_partial();
  queue_.clear_overflow();
}

}  // namespace faultpath::models
