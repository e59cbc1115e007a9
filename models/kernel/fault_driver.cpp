// The interrupt thread.
#include "models/kernel/fault_driver.hpp"

namespace faultpath::models {

FaultDriver::FaultDriver(const DriverSetting& setting)
    : simulation_(setting.simulation),
      iommu_(setting.iommu),
      core_(setting.core),
      path_(setting.host + "/interrupt thread"),
      delivery_name_(setting.host + "/interrupt"),
      cores_(setting.cores),
      delivery_(simulation_, setting.spec.interrupt.delivery, path_, "delivery"),
      wake_up_(simulation_, setting.spec.interrupt.wake_up, path_, "wake-up"),
      per_request_(simulation_, setting.spec.interrupt.per_request, path_, "request"),
      polled_(std::holds_alternative<InterruptPolled>(iommu_.traits().interrupt)),
      looks_again_(!std::holds_alternative<InterruptPerKind>(iommu_.traits().interrupt)) {
  const auto* const polled = std::get_if<InterruptPolled>(&iommu_.traits().interrupt);
  simulation_.start_service(polled != nullptr ? poll(polled->period) : thread(), path_.c_str());
}

void FaultDriver::interrupt() {
  if (polled_) return raised_.set();
  simulation_.start(deliver(), delivery_name_.c_str());
}

sim::Process FaultDriver::deliver() {
  co_await simulation_.delay(delivery_(), {"interrupt delivery", path_.c_str()});
  raised_.set();
}

sim::Process FaultDriver::thread() {
  for (;;) {
    co_await raised_.wait();
    co_await cores_.acquire(sim::Priority::interrupt);
    co_await simulation_.delay(wake_up_(), {"interrupt thread wake-up", path_.c_str()});
    while (raised_.is_set()) {
      raised_.reset();
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
    co_await simulation_.delay(next - simulation_.now(), {"polling timer", path_.c_str()});
    co_await cores_.acquire(sim::Priority::interrupt);
    co_await simulation_.delay(wake_up_(), {"interrupt thread wake-up", path_.c_str()});
    co_await run_once();
    end_run();
    raised_.reset();
    cores_.release();
    if (simulation_.calendar().empty()) co_await raised_.wait();
  }
}

void FaultDriver::end_run() {
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
  iommu_.terminate_stream(who.device);
  co_await iommu_.invalidate_all(who);
  co_await drain(who);
  if (!who.pasid) co_await core_.remove(who.device);
  iommu_.resume_stream(who.device);
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
