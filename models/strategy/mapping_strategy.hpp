// What the strategies that map on a fault share: find the range, make pages resident, map them.
#pragma once

#include "models/strategy/container_lock.hpp"
#include "models/strategy/strategy.hpp"

namespace faultpath::models {

/// Serves each request of a group by VFIO's fault handler: INVALID outside of the space; Success
/// when the page is mapped already; else the page and up to premap - 1 pages behind it are made
/// resident and mapped one by one; Success if at least one was. The pages are a process's, so its
/// mmap lock is held for reading from the first to the last that is made resident, as
/// pin_user_pages_remote() does; not while room is waited for.
///
/// A fault is served under the lock of the container, which is that of its table: the faults of one
/// table follow each other, however many cores there are. Who waits for room that others have to
/// make gives the lock up meanwhile. The MMU notifier takes no lock. Source: VFIO type1,
/// `iommu->lock`.
class MappingStrategy : public MemoryStrategy {
 public:
  MappingStrategy(const StrategyContext& context, std::uint32_t premap)
      : MemoryStrategy(context), premap_(premap) {}

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

  ContainerLock& container_of(const IoPageTable& table) { return containers_.of(table); }

 private:
  sim::Task<Outcome> serve(IoPageTable& table, const PageFault& fault, Faults serving,
                           Worker& worker);
  bool map(IoPageTable& table, IovaPage page, Residency residency, Worker& worker);

  std::uint32_t premap_;
  ContainerLocks containers_;
};

}  // namespace faultpath::models
