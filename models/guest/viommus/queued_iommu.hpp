// Queued IOMMU: what the virtual IOMMUs with a page request queue share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/cpu/virtual_cpus.hpp"
#include "models/cpu/work_queue.hpp"
#include "models/guest/viommu_kinds.hpp"
#include "models/guest/virtual_iommu.hpp"
#include "models/guest/vmm.hpp"
#include "models/iommu/register_trap.hpp"
#include "sim/pool.hpp"

namespace faultpath::models {

/// Its interrupt goes to the first virtual CPU. A fault whose group the guest's interrupt thread
/// may find in the queue is marked until a run of that thread knows of it. Streams are the host's
/// to terminate, and no answer is given without time.
class QueuedIommu : public VirtualIommu, private RegisterTrap {
 public:
  void connect_log(FaultLog& log) override { marks_.connect(log); }

  const IommuTraits& traits() const override { return traits_; }
  RegisterTrap* registers() override { return this; }
  void connect(InterruptTarget& target) override { target_ = &target; }
  void queue_changed() override {}
  void interrupt() override { target_->interrupt(); }
  /// The guest's request is an exit, in which the VMM does it on the host.
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) override {
    return vmm_.invalidations().invalidate(table, first, pages);
  }
  sim::Task<> invalidate_all(Originator who) override;
  void terminate_stream(DeviceIndex) override {}
  void resume_stream(DeviceIndex) override {}

 protected:
  explicit QueuedIommu(const VirtualIommuSetting& setting);

  /// From the tail on the run knows of everything that is in the queue. Here no register is
  /// trapped.
  sim::Task<> access(RegisterUse use, unsigned registers) override;

  /// The group of this fault is in the queue whole.
  void wait_for_run(FaultId fault) { waiting_.push_back(fault); }
  void forget_waiting() { waiting_.clear(); }
  /// All whose groups wait for a run enter this stage.
  void mark_waiting(FaultStage stage) const;
  /// The thread of the VMM sends the interrupt, because of this fault.
  sim::Task<> inject(FaultId fault, Worker& worker);
  /// The interrupt is on its way to the virtual CPU.
  void send_interrupt();
  /// The queue had no room for it, and it is not held back.
  void count_lost(const PageRequest& request);
  /// The VMM answers Success to the groups of an index that the queue had no room for.
  sim::Task<> answer_lost(GuestFile& file, PrgIndex index, Worker& worker);

  sim::Simulation& simulation_;
  const std::string path_;
  IommuPort& host_;
  Vmm& vmm_;
  FaultMarks marks_;

 private:
  // Of a work item of the host, where the write() to an eventfd cannot inject.
  struct Injection : WorkItem {
    QueuedIommu* iommu = nullptr;
    FaultId fault;
    sim::Task<> run(Worker& worker) override { return iommu->inject_in_work(*this, worker); }
  };

  bool respond_at_once(DeviceIndex, const PageResponse&) override { return false; }
  void send_interrupt(FaultId fault);
  sim::Task<> inject_in_work(Injection& item, Worker& worker);
  sim::Process receive();

  const IommuTraits traits_;
  VirtualCpus& virtual_cpus_;
  const InterruptBy interrupt_;
  std::optional<WorkQueue> injecting_;  // of the host
  sim::Pool<Injection> injections_;
  InterruptTarget* target_ = nullptr;
  std::vector<FaultId> waiting_;  // of the last requests of groups that no run knows of yet
};

}  // namespace faultpath::models
