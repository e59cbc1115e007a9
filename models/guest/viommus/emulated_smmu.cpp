// Events, what waits for an entry, and the exits of the guest's driver.
#include "models/guest/viommus/emulated_smmu.hpp"

#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {

EmulatedSmmu::EmulatedSmmu(const EmulatedSmmuSpec& spec, const VirtualIommuSetting& setting)
    : QueuedIommu(setting),
      spec_(spec),
      record_(simulation_, spec.record, path_, "record"),
      held_cpu_(setting.virtual_cpus),
      queue_(spec.queue_entries) {}

// It is remembered first: who answers may be faster than the rest of this.
sim::Task<> EmulatedSmmu::deliver(GuestFile& file, FaultMessage message, Worker& worker) {
  ENSURE(message.records.size() == 1, "a stall is a group of its own");
  const PageRequest event = message.records.front();
  file.remember(std::move(message));
  marks_.enter(event.fault, simulation_.now(), FaultStage::vmm_queue);
  worker.charge(record_());
  co_await worker.pay();
  if (queue_.takes_next()) co_return co_await store(event, worker);
  if (spec_.full == FullEventQueue::hold) {
    queue_.hold(event);
    co_return;
  }
  count_lost(event);
  co_await answer_lost(file, event.index, worker);
}

// Requires room.
sim::Task<> EmulatedSmmu::store(const PageRequest& event, Worker& worker) {
  const Arrival arrival = queue_.queue().arrive(event);
  vmm_.stats().requests += event.counted;
  wait_for_run(event.fault);
  marks_.enter(event.fault, simulation_.now(), FaultStage::guest_wake_up);
  if (arrival.interrupt) co_await inject(event.fault, worker);
}

// From the producer index on the run knows of everything that is in the queue.
sim::Task<> EmulatedSmmu::access(RegisterUse use, unsigned registers) {
  if (use == RegisterUse::read_tail) mark_waiting(FaultStage::guest_registers);
  for (; registers > 0; --registers) co_await vmm_.trap();
  if (use == RegisterUse::read_tail) forget_waiting();
  if (use == RegisterUse::freed_entry && queue_.held() > 0) co_await write_held();
}

// In the exit that has freed an entry, in the thread of the virtual CPU.
sim::Task<> EmulatedSmmu::write_held() {
  Worker worker(held_cpu_);
  co_await worker.enter();
  const sim::SemaphoreUnit locked = co_await vmm_.lock().hold();
  while (queue_.takes_held()) {
    worker.charge(record_());
    co_await worker.pay();
    const PageRequest event = queue_.release();
    co_await store(event, worker);
  }
}

sim::Task<> EmulatedSmmu::invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) {
  co_await vmm_.invalidations().invalidate(table, first, pages);
  co_await vmm_.invalidations().look();
}

sim::Task<> EmulatedSmmu::invalidate_all(Originator who) {
  co_await QueuedIommu::invalidate_all(who);
  co_await vmm_.invalidations().look();
}

}  // namespace faultpath::models
