// VMM: the process on the host that runs a guest, and stands between its two kernels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "models/cpu/held_cpu.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/worker.hpp"
#include "models/guest/guest_file.hpp"
#include "models/guest/guest_stats.hpp"
#include "models/guest/invalidation_exits.hpp"
#include "models/guest/limited_delivery.hpp"
#include "models/guest/virtual_iommu.hpp"
#include "models/guest/vmm_costs.hpp"
#include "models/guest/vmm_setting.hpp"
#include "models/guest/vmm_thread.hpp"
#include "models/kernel/iopf_core.hpp"
#include "models/kernel/user/held_group.hpp"
#include "models/kernel/user/user_stats.hpp"
#include "sim/semaphore.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// A thread reads the fault files and hands groups to the virtual IOMMU. What the guest accesses of
/// it leaves the virtual machine, and is served in the thread of the virtual CPU, whose time it
/// takes. Both hold the lock of the VMM meanwhile, but for a thread that only handles faults.
/// Source: QEMU, 2026; docs/guests.md has the steps.
class Vmm {
 public:
  explicit Vmm(const VmmSetting& setting);
  Vmm(const Vmm&) = delete;
  Vmm& operator=(const Vmm&) = delete;

  void connect(FaultLog& log);
  /// Who gets the groups. To be called before the first comes.
  void connect(VirtualIommu& viommu);
  /// Who takes the faults of a function, or of one PASID of it, if PASIDs have files of their own;
  /// made when it is first asked for.
  GuestFile& file_of(Originator who);

  // In the thread of a virtual CPU, which the guest's thread holds.

  /// An access to a register that is trapped.
  sim::Task<> trap();
  /// The guest's answer to a group: an access to the tail of its command queue. Before it looks at
  /// the status word, the guest's driver reads a register to see whether the queue has stopped: if
  /// the answer is not served in the exit, each turn of its wait is an exit.
  sim::Task<> answer(DeviceIndex device, PageResponse response);
  /// The same by a kick, which the host's kernel handles and a thread of the VMM hears of. The
  /// guest's thread looks at memory until it has been served.
  sim::Task<> kicked_answer(DeviceIndex device, PageResponse response, sim::Duration kick);
  /// Any other request, by a thread that holds a virtual CPU: the VMM's lock is held as long as the
  /// unit lives.
  sim::Task<sim::SemaphoreUnit> request(Worker& worker);
  /// Of a file whose groups have all been answered by the host.
  void forget(GuestFile& file);

  // In the thread that hands groups over.

  /// Writes an answer into the fault file. False: the host has refused it.
  sim::Task<bool> write(GuestFile& file, const FaultMessage& message, ResponseCode code,
                        Worker& worker);

  /// What the guest, or a virtual IOMMU for it, asks the host to forget.
  InvalidationExits& invalidations() { return invalidations_; }
  /// Of main loop and exits.
  sim::Semaphore& lock() { return setting_.lock; }
  VmmCosts& costs() { return costs_; }
  GuestStats& stats() { return stats_; }
  const GuestStats& stats() const { return stats_; }
  /// What is done now is counted.
  bool counts() const { return setting_.window.counts(setting_.simulation.now()); }
  /// What the laws of a run need, whether it is counted or not.
  struct Totals {
    std::uint64_t lost = 0;  ///< requests that the virtual queue had no room for
  };
  Totals& totals() { return totals_; }
  const Totals& totals() const { return totals_; }
  UserAnswerStats answers(DeviceIndex device) const { return answer_counts_.of(device); }
  const UserReaderStats& reader() const { return thread_.stats(); }
  /// The groups of all files.
  HeldGroups& groups() { return groups_; }
  GuestLimitStats& limit_stats() { return limit_stats_; }
  const GuestLimitStats& limit_stats() const { return limit_stats_; }
  /// Groups that have been read, and whose answers have not been written: the guest has them, or
  /// will never answer them, or a limit keeps them back.
  std::size_t in_hand() const;
  /// Groups that the host waits for.
  std::size_t unanswered() const { return groups_.size(); }
  const std::deque<GuestFile>& files() const { return files_; }

 private:
  GuestFile* find(Originator who);
  sim::Task<> answer_in_thread(GuestFile* file, PageResponse response);
  sim::Task<> answer_all(GuestFile* file, PageResponse response, Worker& worker);

  VmmSetting setting_;
  VmmCosts costs_;
  HeldGroups groups_;
  UserAnswerCounts answer_counts_;
  std::deque<GuestFile> files_;
  FaultLog* log_ = nullptr;
  HeldCpu held_cpu_;
  GuestStats stats_;
  GuestLimitStats limit_stats_;
  Totals totals_;
  InvalidationExits invalidations_;
  VmmThread thread_;
  std::optional<LimitedDelivery> limited_;
};

}  // namespace faultpath::models
