// Guest: a machine in a virtual machine, and the VMM that runs it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/base/window.hpp"
#include "models/cpu/host_pool.hpp"
#include "models/cpu/virtual_cpus.hpp"
#include "models/guest/broken_answers.hpp"
#include "models/guest/cpu_second_stage.hpp"
#include "models/guest/guest_activity.hpp"
#include "models/guest/guest_router.hpp"
#include "models/guest/guest_spec.hpp"
#include "models/guest/guest_stats.hpp"
#include "models/guest/migration.hpp"
#include "models/guest/virtual_iommu.hpp"
#include "models/guest/vmm.hpp"
#include "models/guest/vmm_other_work.hpp"
#include "models/guest/vmm_requests.hpp"
#include "models/kernel/kernel.hpp"
#include "models/memory/io_mapping.hpp"
#include "models/memory/memory.hpp"
#include "models/metrics/fault_log.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/semaphore.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// The machine that a guest runs on.
struct GuestHost {
  sim::Simulation& simulation;
  Processor& cores;
  IommuPort& iommu;
  Kernel& kernel;
  PageStore& store;  ///< where the pages of all processes are, those of guests too
  const StatisticsWindow& window;
  PrqMaker make_prq;        ///< of the guest's kernel
  NestedSetting walk;       ///< how the host finds out what a request misses; its path is not used
  bool arm_tables = false;  ///< page tables of processes are Arm's
};

/// Its kernel is the host's class again, on virtual CPUs and behind a virtual IOMMU. Its processes
/// have their frames in its own memory, which the VMM's process holds on the host.
class Guest {
 public:
  /// `spec` outlives it; so does what `host` refers to. `path` names its components. `pool` has the
  /// cores on which its virtual CPUs take turns, if the spec says so.
  Guest(const GuestHost& host, const GuestSpec& spec, const std::string& path,
        HostPool* pool = nullptr);
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  void connect(FaultLog& log);
  /// A function, or one PASID of it, uses a table of a process of the guest. Its faults go to the
  /// VMM, and from there to the guest's kernel.
  void attach(Originator who, IoPageTable& table, MemoryStrategy& strategy);
  /// Its memory is mapped on demand, in this second stage, by this strategy of the host. To be
  /// called before devices are attached. Else it is pinned.
  void back_by(IoPageTable& second_stage, MemoryStrategy& backing);
  /// It comes to this host while it runs, as its spec says; `vmm` is the process that holds its
  /// memory. To be called before anybody faults there.
  void migrate(ProcessMemory& vmm);
  /// Null unless it migrates.
  Migration* migration() { return migration_ ? &*migration_ : nullptr; }
  const Migration* migration() const { return migration_ ? &*migration_ : nullptr; }
  /// The PASIDs with which devices use this table are bound, if that takes time. The worker is on a
  /// virtual CPU; on return it owes nothing.
  sim::Task<> bind(const IoPageTable& table, Worker& worker);
  /// What it does besides its devices begins with them, and ends with them.
  void start();
  void stop();
  /// What strategies of the guest's kernel act on.
  StrategyContext context();

  const GuestSpec& spec() const { return spec_; }
  VirtualCpus& virtual_cpus() { return virtual_cpus_; }
  const VirtualCpus& virtual_cpus() const { return virtual_cpus_; }
  Memory& memory() { return memory_; }
  const Memory& memory() const { return memory_; }
  const IoMapping& mapping() const { return mapping_; }
  Kernel& kernel() { return kernel_; }
  const Kernel& kernel() const { return kernel_; }
  /// How its strategies that act around DMA reach the VMM.
  GuestExits& exits();
  VirtualIommu& viommu() { return *viommu_; }
  const VirtualIommu& viommu() const { return *viommu_; }
  const Vmm& vmm() const { return vmm_; }
  /// What a group costs the host's interrupt thread besides its usual work; nothing where a work
  /// item enters it into its file.
  sim::Duration enqueue_cost() { return router_ ? sim::Duration::zero() : vmm_.costs().enqueue(); }
  const GuestBehaviourStats& behaviour() const { return behaviour_; }

 private:
  IommuPort& port();

  const GuestHost host_;
  const GuestSpec& spec_;
  const std::string path_;
  const HostSpec kernel_spec_;
  VirtualCpus virtual_cpus_;
  IoMapping mapping_;
  Memory memory_;
  sim::Semaphore vmm_lock_{1, "lock of a VMM"};
  Vmm vmm_;
  std::optional<VmmOtherWork> other_work_;
  VmmRequests requests_{vmm_};
  std::unique_ptr<VirtualIommu> viommu_;
  GuestBehaviourStats behaviour_;
  std::optional<BrokenAnswers> answers_;  // what the kernel has for an IOMMU, if it is broken
  Kernel kernel_;
  std::optional<Migration> migration_;
  std::optional<GuestRouter> router_;  // where the second stage is on demand
  std::optional<CpuSecondStage> cpu_second_stage_;
  std::vector<GuestAttachment> attachments_;
  std::unique_ptr<GuestActivity> activity_;
};

}  // namespace faultpath::models
