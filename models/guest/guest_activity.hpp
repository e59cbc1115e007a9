// Guest activity: what a guest does at a rate of its own, besides what its devices ask for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/base/messages.hpp"
#include "models/base/window.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/cpu/worker.hpp"
#include "models/guest/behaviour_spec.hpp"
#include "models/guest/guest_stats.hpp"
#include "models/guest/virtual_iommu.hpp"
#include "models/guest/vmm.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/kernel/kernel.hpp"
#include "sim/distribution.hpp"
#include "sim/random.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// A function, or one PASID of it, and the table of a process of the guest that it uses.
struct GuestAttachment {
  Originator who;
  IoPageTable* table = nullptr;
  MemoryStrategy* strategy = nullptr;
  FaultHandler* handler = nullptr;  ///< of the host, for its faults
};

struct GuestActivitySetting {
  sim::Simulation& simulation;
  Processor& virtual_cpus;
  VirtualIommu& viommu;
  Vmm& vmm;
  Kernel& host;
  IommuPort& iommu;  ///< of the host, which forgets what it has of a PASID
  const std::vector<GuestAttachment>& attachments;  ///< whose faults the VMM takes
  const sim::DistributionSpec& submit;              ///< writing a descriptor, before the exit
  GuestBehaviourStats& stats;
  std::string path;
};

/// A thread of the guest, on a virtual CPU, acts at the times of a Poisson stream; what takes
/// longer than the next gap delays what follows. It does not keep a run alive. Variants: one file
/// each in activities/.
class GuestActivity {
 public:
  GuestActivity(const GuestActivitySetting& setting, double rate);
  GuestActivity(const GuestActivity&) = delete;
  GuestActivity& operator=(const GuestActivity&) = delete;
  virtual ~GuestActivity() = default;

  /// From now on until stop().
  void start();
  void stop() { stopped_ = true; }

 protected:
  /// Once. The worker is on a virtual CPU; on return it may still owe.
  virtual sim::Task<> act(Worker& worker) = 0;

  bool counts() const { return setting_.vmm.counts(); }
  /// Each in turn.
  const GuestAttachment& next_attachment();
  /// Writes a descriptor.
  void charge_descriptor(Worker& worker) { worker.charge(submit_()); }

  const GuestActivitySetting setting_;

 private:
  sim::Process run();

  sim::Distribution gap_;
  sim::RandomStream stream_;
  RandomCost submit_;
  std::size_t turn_ = 0;
  bool stopped_ = false;
};

/// That of a behaviour; null if it has none.
std::unique_ptr<GuestActivity> make_activity(const GuestBehaviourSpec& spec,
                                             const GuestActivitySetting& setting);

}  // namespace faultpath::models
