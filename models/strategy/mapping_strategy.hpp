// What the strategies that map on a fault share: find the range, make pages resident, map them.
#pragma once

#include <utility>
#include <vector>

#include "models/strategy/container_lock.hpp"
#include "models/strategy/map_ahead_spec.hpp"
#include "models/strategy/premap.hpp"
#include "models/strategy/strategy.hpp"

namespace faultpath::models {

/// Serves each request of a group by VFIO's fault handler: INVALID outside of the space; Success
/// when the page is mapped already; else the page and up to premap - 1 pages behind it are made
/// resident and mapped one by one; Success if at least one was. The pages are a process's, so its
/// mmap lock is held for reading from the first to the last that is made resident, as
/// pin_user_pages_remote() does; not while room is waited for.
///
/// A strategy that pins them is refused what RLIMIT_MEMLOCK has no room for: type1 stops at that
/// page; iommufd finds out when it has them all, and undoes them all.
///
/// A fault is served under the lock of the container, which is that of its table: the faults of one
/// table follow each other, however many cores there are. Who waits for room that others have to
/// make gives the lock up meanwhile. The MMU notifier takes no lock. Source: VFIO type1,
/// `iommu->lock`.
class MappingStrategy : public MemoryStrategy {
 public:
  MappingStrategy(const StrategyContext& context, MapAheadSpec ahead)
      : MemoryStrategy(context), ahead_(std::move(ahead)) {}

  sim::Task<> attach(IoPageTable& table, Worker& worker) override;
  sim::Task<ResponseCode> handle(IoPageTable& table, Faults faults, Worker& worker) final;

 protected:
  /// Before a page is mapped: takes room for it if there is some.
  virtual bool take_room(IoPageTable& table);
  /// Waits for room, or makes it, and takes it. What `serving` asks for is spared. The lock of the
  /// container is held before and after.
  virtual sim::Task<> wait_for_room(IoPageTable& table, Faults serving, Worker& worker);
  /// The room that was taken is not needed after all.
  virtual void return_room(IoPageTable& table);
  /// The resident page is about to be mapped.
  virtual void on_map(IoPageTable& table, IovaPage page, Worker& worker) = 0;
  /// A page that was mapped is about to be released.
  virtual void on_release(IoPageTable& table, IovaPage page);
  /// Are pages pinned when they are mapped?
  virtual bool pins() const { return false; }

  /// Makes the pages that are chosen for it resident and maps them, as far as there is room.
  sim::Task<> prefault(IoPageTable& table, Worker& worker);
  /// Unmaps, invalidates and unpins a page that has been pinned, and returns its room.
  sim::Task<> release(IoPageTable& table, IovaPage page, Worker& worker);
  ContainerLock& container_of(const IoPageTable& table) { return containers_.of(table); }

 private:
  sim::Task<Outcome> serve(IoPageTable& table, const PageFault& fault, Faults serving,
                           Worker& worker);
  std::uint64_t run_from(const IoPageTable& table, IovaPage page);
  bool map(IoPageTable& table, IovaPage page, Residency residency, Worker& worker);
  bool is_refused(IoPageTable& table, IovaPage page, Worker& worker);
  sim::Task<> count_pinned(ProcessMemory& process, Worker& worker);
  sim::Task<bool> undo_if_exceeded(IoPageTable& table, const std::vector<IovaPage>& pages,
                                   Worker& worker);
  void count_refusal() { stats_.pins_refused += context_.window.counts(context_.simulation.now()); }

  // For the lock of a container, and for a core afterwards.
  void count_wait(sim::Time asked) {
    const sim::Time now = context_.simulation.now();
    if (!context_.window.counts(now)) return;
    stats_.container_wait_ns += static_cast<std::uint64_t>((now - asked) / sim::nanoseconds(1));
  }

  MapAheadSpec ahead_;
  ContainerLocks containers_;
  std::vector<PremapWindows> windows_;  // of each table's tag, if the premap grows
};

}  // namespace faultpath::models
