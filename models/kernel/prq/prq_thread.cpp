// The interrupt thread.
#include "models/kernel/prq/prq_thread.hpp"

namespace faultpath::models {

PrqThread::PrqThread(const PrqSetting& setting)
    : iommu_(setting.iommu),
      core_(setting.core),
      simulation_(setting.simulation),
      interrupt_({simulation_, setting.processor, setting.spec, setting.host + "/interrupt thread",
                  setting.host + "/interrupt", "page request interrupt"}),
      worker_(interrupt_.worker()),
      inline_work_(setting.inline_work),
      per_request_(simulation_, setting.spec.per_request, interrupt_.thread(), "request"),
      trap_(iommu_.registers()),
      polled_(std::holds_alternative<InterruptPolled>(iommu_.traits().interrupt)),
      looks_again_(!std::holds_alternative<InterruptPerKind>(iommu_.traits().interrupt)) {
  const auto* const polled = std::get_if<InterruptPolled>(&iommu_.traits().interrupt);
  simulation_.start_service(
      polled != nullptr ? poll(polled->period)
                        : interrupt_.serve([this] { return run_once(); }, [this] { end_run(); }),
      interrupt_.thread().c_str());
}

void PrqThread::interrupt() {
  if (!polled_) {
    interrupt_.send();
  } else if (!awaited_) {
    awaited_ = true;
    simulation_.start(await_look(), interrupt_.message().c_str());
  }
}

// What has been stored is looked at even if nobody waits for its answer: this process is no
// service, so that the timer of the thread goes on until the queue is empty.
sim::Process PrqThread::await_look() {
  do {
    co_await run_done_.wait();
  } while (iommu_.queue().occupied() > 0);
  awaited_ = false;
}

// A daemon timer: a thread that only looks does not keep the run alive.
sim::Process PrqThread::poll(sim::Duration period) {
  for (;;) {
    const std::int64_t periods = simulation_.now().time_since_epoch() / period + 1;
    const sim::Time next{periods * period};
    co_await simulation_.daemon_delay(next - simulation_.now(),
                                      {"polling timer", interrupt_.thread().c_str()});
    co_await worker_.enter();
    worker_.charge(interrupt_.wake_up());
    co_await worker_.pay();
    co_await run_once();
    end_run();
    worker_.leave();
  }
}

void PrqThread::end_run() {
  in_hand_.reset();
  run_done_.notify_all();
}

bool PrqThread::has_request_of(const Originator& who) const {
  return (in_hand_ && who.covers(*in_hand_)) || iommu_.queue().holds(who);
}

Processor::Spend PrqThread::take(const PageRequest& request) {
  marks_.enter(request.fault, simulation_.now(), FaultStage::report);
  return process(request);
}

Processor::Spend PrqThread::process(const PageRequest& request) {
  in_hand_ = {request.device, request.pasid};
  worker_.charge(per_request_());
  if (report_cost_ != nullptr) worker_.charge(report_cost_->of(request));
  return worker_.pay();
}

// The request is that of the driver's frame, which waits.
sim::Task<> PrqThread::report_in_turn(const PageRequest& request, ResponseCode code) {
  bool handled = false;
  {
    const sim::SemaphoreUnit unit = co_await core_.lock(request.device).hold();
    handled = core_.report(request);
  }
  if (!handled) co_await core_.refuse(request, code);
  if (inline_work_ != nullptr) co_await inline_work_->run(worker_);
}

void PrqThread::freed_entry() {
  iommu_.queue_changed();
  if (++freed_ % iommu_.queue().usable_entries() == 0) run_done_.notify_all();
}

}  // namespace faultpath::models
