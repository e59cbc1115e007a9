// A memory strategy: what is mapped when, what a page request does, and who releases.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/cpu/worker.hpp"
#include "models/kernel/fault_group.hpp"
#include "models/memory/io_mapping.hpp"
#include "models/memory/memory.hpp"
#include "models/strategy/strategy_spec.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// What became of a page request.
enum class FaultOutcome { minor, major, spurious, fatal };
FaultOutcome outcome_of(Residency residency);

/// What became of the page requests of one device.
struct ServiceStats {
  std::uint64_t faults_minor = 0, faults_major = 0, faults_spurious = 0;
  std::uint64_t faults_stage1 = 0, faults_stage2 = 0, requests_unserved = 0;

  void count(FaultOutcome outcome, unsigned stage);
};

/// The same of every device.
class ServiceCounts {
 public:
  /// `stage` of translation is the one that the handler serves: 1 or 2.
  void count(const PageRequest& request, FaultOutcome outcome, unsigned stage);
  ServiceStats of(DeviceIndex device) const;

 private:
  std::vector<ServiceStats> devices_;  // up to the last that has had a request
};

struct StrategyStats {
  std::uint64_t evictions = 0;
};

/// What strategies act on.
struct StrategyContext {
  sim::Simulation& simulation;
  const HostSpec& host;
  PageStore& store;
  Memory& memory;
  IoMapping& mapping;
  IommuPort& iommu;
  sim::CorePool& cores;
  const StatisticsWindow& window;
};

/// One for all address spaces of a system. Variants: one file each, one line in make_strategy().
class MemoryStrategy {
 public:
  explicit MemoryStrategy(const StrategyContext& context) : context_(context) {}
  virtual ~MemoryStrategy() = default;

  /// Before the devices of `space` start: pins what they cannot fault on, unless a variant does
  /// otherwise. The worker is on a core.
  virtual sim::Task<> attach(AddressSpace& space, Worker& worker);
  /// Serves the requests of a group in order and stops at the first that cannot be; the answer is
  /// for the group as a whole. The worker is on a core; on return it may still owe.
  virtual sim::Task<ResponseCode> handle(FaultGroup& group, Worker& worker) = 0;
  /// Could a translation that a device holds ever be taken away?
  virtual bool may_invalidate() const = 0;
  /// What it does depends on used(): a device that reports access stays at the clock.
  virtual bool sees_use() const { return false; }
  /// A device has used a page; only called for devices that report access.
  virtual void used(AddressSpace& space, IovaPage page);
  /// Services end when the devices have ended.
  virtual void stop() {}

  const StrategyStats& stats() const { return stats_; }
  ServiceStats served(DeviceIndex device) const { return served_.of(device); }

 protected:
  /// The mmap lock, as a handler takes it to fault in or pin pages of a process: paid up to now,
  /// and without its core while a writer is in front. Only needed when others write.
  sim::Task<sim::RwLockHold> read_lock(AddressSpace& space, Worker& worker);
  bool others_write() const { return context_.host.mmap_lock.writers > 0.0; }
  /// Gives the lock back at the end of what is owed, if it was taken.
  sim::Task<> unlock(std::optional<sim::RwLockHold>& lock, Worker& worker);
  /// A resident page stays where it is from now on; the worker is charged for get_user_pages().
  void pin(AddressSpace& space, IovaPage page, Worker& worker);
  /// Makes the pages resident, maps and pins them; how many there were.
  sim::Task<std::uint64_t> pin_nonfaultable(AddressSpace& space, Worker& worker);
  using Outcome = FaultOutcome;
  /// Strategies map the first stage, which may be the only one.
  void count(const PageRequest& request, Outcome outcome) { served_.count(request, outcome, 1); }

  StrategyContext context_;
  StrategyStats stats_;
  ServiceCounts served_;
};

std::unique_ptr<MemoryStrategy> make_strategy(const StrategySpec& spec,
                                              const StrategyContext& context);

}  // namespace faultpath::models
