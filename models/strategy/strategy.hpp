// A memory strategy: what is mapped when, what a page request does, and who releases.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/base/page_fault.hpp"
#include "models/cpu/worker.hpp"
#include "models/memory/io_mapping.hpp"
#include "models/memory/iotlb_flush.hpp"
#include "models/memory/memory.hpp"
#include "models/strategy/strategy_spec.hpp"
#include "models/strategy/table_notifier.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// The faults that are served together, in order. What they refer to outlives the service.
using Faults = std::span<const PageFault>;

/// What became of a fault.
enum class FaultOutcome { minor, major, spurious, fatal };
FaultOutcome outcome_of(Residency residency);

/// What became of the faults of one device.
struct ServiceStats {
  std::uint64_t faults_minor = 0, faults_major = 0, faults_spurious = 0;
  std::uint64_t faults_stage1 = 0, faults_stage2 = 0, requests_unserved = 0;

  void count(FaultOutcome outcome, unsigned stage);
};

/// The same of every device.
class ServiceCounts {
 public:
  /// `stage` of translation is the one that the handler serves: 1 or 2.
  void count(const PageFault& fault, FaultOutcome outcome, unsigned stage);
  ServiceStats of(DeviceIndex device) const;

 private:
  std::vector<ServiceStats> devices_;  // up to the last that has had a fault
};

struct StrategyStats {
  std::uint64_t evictions = 0;
  std::uint64_t interval_retries = 0;    ///< a page had gone before it was written to a device
  std::uint64_t access_flag_faults = 0;  ///< of pages whose access flag was clear
  std::uint64_t pins_refused = 0;        ///< by RLIMIT_MEMLOCK: faults, requests, switches
  std::uint64_t container_wait_ns = 0;   ///< that faults waited for the lock of a container
  std::uint64_t vm_exits = 0;  ///< of guests that ask for what they map, or tell what they unmap
  std::uint64_t snoop_hits = 0, snoop_misses = 0;  ///< operations that were checked before DMA
  std::uint64_t policy_switches = 0;               ///< between checking and passing operations
};

class DmaStrategy;

/// What strategies act on.
struct StrategyContext {
  sim::Simulation& simulation;
  const MemorySpec& costs;
  Memory& memory;
  IoMapping& mapping;
  IotlbFlush& caches;
  Processor& cores;
  const StatisticsWindow& window;
  sim::Duration submit{};          ///< to write an invalidation descriptor and ring
  bool dirty_by_software = false;  ///< no IOMMU sets dirty bits in a process page table
  bool arm_tables = false;         ///< process page tables are Arm's
  unsigned stage = 1;              ///< of translation: of the tables that strategies map
};

/// One for all I/O page tables of a system. Variants: one file each, one line in StrategySpec.
class MemoryStrategy {
 public:
  explicit MemoryStrategy(const StrategyContext& context) : context_(context) {}
  virtual ~MemoryStrategy() = default;

  /// Before the devices of `table` start: from now on reclaim takes pages out of it. Pins what they
  /// cannot fault on, unless a variant does otherwise. The worker is on a core.
  virtual sim::Task<> attach(IoPageTable& table, Worker& worker);
  /// Serves the faults on `table`, at least one, in order, and stops at the first that cannot be
  /// served; the answer is for all of them. The worker is on a core; on return it may still owe.
  virtual sim::Task<ResponseCode> handle(IoPageTable& table, Faults faults, Worker& worker) = 0;
  /// Brings pages that a device may need soon, as far as there is memory. Nothing, unless a variant
  /// does so. The worker is on a core; on return it may still owe.
  virtual sim::Task<> prefetch(IoPageTable& table, IovaPage first, std::uint64_t pages,
                               Worker& worker);
  /// Could a translation that a device holds ever be taken away?
  virtual bool may_invalidate() const = 0;
  /// Itself, if it acts before and after each operation of a device.
  virtual DmaStrategy* around_dma() { return nullptr; }
  /// What it does depends on used(): a device that reports access stays at the clock.
  virtual bool sees_use() const { return false; }
  /// A device has used a page; only called for devices that report access.
  virtual void used(IoPageTable& table, IovaPage page);
  /// Services end when the devices have ended.
  virtual void stop() {}

  const StrategyStats& stats() const { return stats_; }
  ServiceStats served(DeviceIndex device) const { return served_.of(device); }

 protected:
  /// The mmap lock, as a handler takes it to fault in or pin pages of a process: paid up to now,
  /// and without its core while a writer is in front. Only needed when others write.
  sim::Task<sim::RwLockHold> read_lock(ProcessMemory& process, Worker& worker);
  /// The same for writing.
  sim::Task<sim::RwLockHold> write_lock(ProcessMemory& process, Worker& worker);
  bool others_write() const {
    return context_.costs.others_lock() ||
           context_.costs.mapping.pinning.section > sim::Duration::zero();
  }
  /// Gives the lock back at the end of what is owed, if it was taken.
  sim::Task<> unlock(std::optional<sim::RwLockHold>& lock, Worker& worker);
  /// A resident page stays where it is from now on; the worker is charged for get_user_pages().
  void pin(IoPageTable& table, IovaPage page, Worker& worker);
  /// Reclaim takes pages out of the table from now on.
  void watch(IoPageTable& table) {
    notifiers_.emplace_back(table, context_.mapping, context_.caches, context_.costs.map_cost,
                            context_.arm_tables);
  }
  /// Makes the pages on which devices cannot fault resident, maps and pins them; how many there
  /// were.
  sim::Task<std::uint64_t> pin_nonfaultable(IoPageTable& table, Worker& worker);
  /// The same of a range of the space.
  sim::Task<std::uint64_t> pin_range(IoPageTable& table, PageRange range, Worker& worker);
  using Outcome = FaultOutcome;
  void count(const PageFault& fault, Outcome outcome) {
    served_.count(fault, outcome, context_.stage);
  }

  StrategyContext context_;
  StrategyStats stats_;
  std::deque<TableNotifier> notifiers_;  // of each table
  ServiceCounts served_;
};

std::unique_ptr<MemoryStrategy> make_strategy(const StrategySpec& spec,
                                              const StrategyContext& context);

}  // namespace faultpath::models
