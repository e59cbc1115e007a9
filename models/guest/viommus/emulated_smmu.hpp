// An emulated SMMUv3: stalls are events in the guest's queue, and its answer is a command.
#pragma once

#include "models/cpu/held_cpu.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/guest/viommus/backed_queue.hpp"
#include "models/guest/viommus/queued_iommu.hpp"
#include "models/iommu/queues/smmu_event_queue.hpp"

namespace faultpath::models {

/// The thread of the VMM writes an event for each access that stalls, under the host's tag, into
/// the event queue in guest memory, and sends the interrupt if the queue was empty. There are no
/// groups: one event, one fault, one answer. The guest's interrupt thread makes an exit for each
/// look at the producer index, and one for each entry that it frees. Its answer is RESUME: a write
/// to the producer index of its command queue, of whose completion it hears nothing. An
/// invalidation has a CMD_SYNC behind it, for which the guest reads the consumer index: one exit
/// more. An event that finds the queue full is never lost: it waits in the VMM, which writes it in
/// the exit that frees an entry, or the access is told to try again.
/// Source: Linaro's fork of QEMU, "SMMUv3 stall for vSVA", 2020, a prototype that drops such an
/// event; QEMU's own SMMUv3 has neither stalls nor page requests. Linux, arm-smmu-v3: what exits.
class EmulatedSmmu final : public QueuedIommu {
 public:
  EmulatedSmmu(const EmulatedSmmuSpec& spec, const VirtualIommuSetting& setting);

  sim::Task<> deliver(GuestFile& file, FaultMessage message, Worker& worker) override;
  bool queue_is_empty() const override { return queue_.is_empty(); }

  PageRequestQueue& queue() override { return queue_.queue(); }
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) override;
  sim::Task<> invalidate_all(Originator who) override;

 private:
  sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) override {
    return vmm_.answer(device, response);
  }
  sim::Task<> access(RegisterUse use, unsigned registers) override;

  sim::Task<> store(const PageRequest& event, Worker& worker);
  sim::Task<> write_held();

  const EmulatedSmmuSpec spec_;
  RandomCost record_;
  HeldCpu held_cpu_;
  BackedQueue<SmmuEventQueue> queue_;
};

}  // namespace faultpath::models
