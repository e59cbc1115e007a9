// The interrupt, and the faults that wait for it.
#include "models/guest/viommus/queued_iommu.hpp"

namespace faultpath::models {
namespace {

/// Of the system's work queue (Linux, WQ_DFL_ACTIVE before 6.9).
constexpr std::uint32_t kMostInjections = 256;

}  // namespace

QueuedIommu::QueuedIommu(const VirtualIommuSetting& setting)
    : simulation_(setting.simulation),
      path_(setting.path),
      host_(setting.host),
      vmm_(setting.vmm),
      traits_{setting.host.traits().stage1_levels, InterruptPerKind{},
              setting.host.traits().software_sets_dirty},
      virtual_cpus_(setting.virtual_cpus),
      interrupt_(setting.interrupt) {
  if (interrupt_ != InterruptBy::irqfd_deferred) return;
  injecting_.emplace(setting.simulation, setting.cores, kMostInjections, setting.work_wake_up,
                     path_ + "/injection", path_ + "/injection work");
}

sim::Task<> QueuedIommu::invalidate_all(Originator who) {
  co_await vmm_.trap();
  co_await host_.invalidate_all(who);
}

sim::Task<> QueuedIommu::access(RegisterUse use, unsigned) {
  if (use == RegisterUse::read_tail) forget_waiting();
  co_return;
}

void QueuedIommu::mark_waiting(FaultStage stage) const {
  for (const FaultId& fault : waiting_) marks_.enter(fault, simulation_.now(), stage);
}

sim::Task<> QueuedIommu::inject(FaultId fault, Worker& worker) {
  marks_.enter(fault, simulation_.now(), FaultStage::inject);
  const bool by_ioctl = interrupt_ == InterruptBy::ioctl;
  worker.charge(by_ioctl ? vmm_.costs().inject() : vmm_.costs().irqfd());
  co_await worker.pay();
  if (!injecting_) co_return send_interrupt(fault);
  Injection& item = injections_.take();
  item.iommu = this;
  item.fault = fault;
  injecting_->queue(item);
}

sim::Task<> QueuedIommu::inject_in_work(Injection& item, Worker& worker) {
  const FaultId fault = item.fault;
  injections_.give(item);
  worker.charge(vmm_.costs().inject());
  co_await worker.pay();
  send_interrupt(fault);
}

void QueuedIommu::send_interrupt(FaultId fault) {
  marks_.enter(fault, simulation_.now(), FaultStage::virtual_cpu);
  send_interrupt();
}

void QueuedIommu::send_interrupt() {
  vmm_.stats().interrupts += vmm_.counts();
  simulation_.start(receive(), path_.c_str());
}

sim::Process QueuedIommu::receive() {
  co_await virtual_cpus_.interrupt(CpuId{0});
  mark_waiting(FaultStage::guest_wake_up);
  target_->interrupt();
}

void QueuedIommu::count_lost(const PageRequest& request) {
  vmm_.stats().requests_lost += request.counted;
  ++vmm_.totals().lost;
}

sim::Task<> QueuedIommu::answer_lost(GuestFile& file, PrgIndex index, Worker& worker) {
  const std::vector<FaultMessage> lost = file.take(index);
  for (const FaultMessage& each : lost) {
    co_await vmm_.write(file, each, ResponseCode::success, worker);
  }
}

}  // namespace faultpath::models
