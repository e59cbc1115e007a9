// The interrupt thread.
#include "models/kernel/fault_driver.hpp"

namespace faultpath::models {
namespace {

const std::string kPath = "host/interrupt thread";

}  // namespace

FaultDriver::FaultDriver(sim::Simulation& simulation, const HostSpec& spec, sim::CorePool& cores,
                         Iommu& iommu, FaultCore& core)
    : simulation_(simulation),
      iommu_(iommu),
      core_(core),
      cores_(cores),
      delivery_(spec.interrupt.delivery),
      wake_up_(spec.interrupt.wake_up),
      per_request_(spec.interrupt.per_request),
      delivery_stream_(simulation.stream(kPath, "delivery")),
      wake_stream_(simulation.stream(kPath, "wake-up")),
      request_stream_(simulation.stream(kPath, "request")),
      polled_(std::holds_alternative<InterruptPolled>(iommu.spec().interrupt)),
      looks_again_(!std::holds_alternative<InterruptPerKind>(iommu.spec().interrupt)) {
  const auto* const polled = std::get_if<InterruptPolled>(&iommu.spec().interrupt);
  simulation.start_service(polled != nullptr ? poll(polled->period) : thread(), kPath.c_str());
}

void FaultDriver::interrupt() {
  if (polled_) return raised_.set();
  simulation_.start(deliver(), "host/interrupt");
}

sim::Process FaultDriver::deliver() {
  co_await simulation_.delay(delivery_(delivery_stream_), {"interrupt delivery", ""});
  raised_.set();
}

sim::Process FaultDriver::thread() {
  for (;;) {
    co_await raised_.wait();
    co_await cores_.acquire(sim::Priority::interrupt);
    co_await simulation_.delay(wake_up_(wake_stream_), {"interrupt thread wake-up", ""});
    while (raised_.is_set()) {
      raised_.reset();
      running_ = true;
      co_await run_once();
      end_run();
    }
    cores_.release();
  }
}

// Its own timer must not keep a run alive: once nothing else is due, it sleeps until a request has
// been stored.
sim::Process FaultDriver::poll(sim::Duration period) {
  for (;;) {
    const std::int64_t periods = simulation_.now().time_since_epoch() / period + 1;
    const sim::Time next{periods * period};
    co_await simulation_.delay(next - simulation_.now(), {"polling timer", ""});
    co_await cores_.acquire(sim::Priority::interrupt);
    co_await simulation_.delay(wake_up_(wake_stream_), {"interrupt thread wake-up", ""});
    running_ = true;
    co_await run_once();
    end_run();
    raised_.reset();
    cores_.release();
    if (simulation_.calendar().empty()) co_await raised_.wait();
  }
}

void FaultDriver::end_run() {
  running_ = false;
  in_hand_.reset();
  run_done_.notify_all();
}

bool FaultDriver::has_request_of(const Originator& who) const {
  return (in_hand_ && who.covers(*in_hand_)) || iommu_.queue().holds(who);
}

sim::Task<> FaultDriver::drain(Originator who) {
  while (has_request_of(who)) {
    if (looks_again_) raised_.set();  // what has sent no message must not be waited for
    co_await run_done_.wait();
  }
  co_await core_.flush();
  for (;;) {
    co_await iommu_.invalidate_all(who);
    if (!iommu_.queue().overflow()) co_return;
    if (looks_again_) raised_.set();
    co_await run_done_.wait();
  }
}

sim::Task<> FaultDriver::quiesce(Originator who) {
  iommu_.hold_back(who.device);
  co_await iommu_.invalidate_all(who);
  co_await drain(who);
  if (!who.pasid) co_await core_.remove(who.device);
  iommu_.let_in(who.device);
}

FaultDriver::Take FaultDriver::take(const PageRequest& request) {
  request.fault.enter(simulation_.now(), FaultStage::report);
  return {*this, request, !request.stop_marker()};
}

FaultDriver::Take FaultDriver::take_and_report(const PageRequest& request) {
  request.fault.enter(simulation_.now(), FaultStage::report);
  return {*this, request, true};
}

}  // namespace faultpath::models
