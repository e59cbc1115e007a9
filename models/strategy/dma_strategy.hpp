// Strategies that act before and after each DMA operation, so that no device meets an absent page.
#pragma once

#include <vector>

#include "models/base/address.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/strategy/guest_exits.hpp"
#include "models/strategy/strategy.hpp"

namespace faultpath::models {

/// A page is in use by as many operations as have been given it and have not ended: what that is
/// worth is up to the strategy. A page request is fatal, as in pin.
class DmaStrategy : public MemoryStrategy {
 public:
  using MemoryStrategy::MemoryStrategy;

  /// An operation wants to use these pages. True: they are mapped and stay where they are until
  /// after(). False: they cannot be had, nothing of them is kept, and after() is not called.
  virtual sim::Task<bool> before(IoPageTable& table, PageRange pages) = 0;
  /// The operation has ended.
  virtual sim::Task<> after(IoPageTable& table, PageRange pages) = 0;

  /// It is in a guest's kernel, whose requests leave the guest from now on. To be called before
  /// attach().
  void connect(GuestExits& exits) { exits_ = &exits; }
  /// What devices cannot fault on is in use for good.
  sim::Task<> attach(IoPageTable& table, Worker& worker) override;
  DmaStrategy* around_dma() final { return this; }
  sim::Task<ResponseCode> handle(IoPageTable& table, Faults faults, Worker& worker) final;
  bool may_invalidate() const final { return true; }

 protected:
  /// The guest asks for something, which is so many requests in a queue; on return the VMM serves
  /// it alone as long as the service lives, with whoever serves on a core. Where no guest is
  /// simulated it takes its turn at `vmm`, and then the time of an exit, which is the guest's.
  sim::Task<GuestExits::Service> request(sim::Semaphore& vmm, RandomCost& exit, Worker& worker,
                                         std::uint64_t requests);
  /// In a guest: its kernel makes the pages of an operation resident first, in its own time, as who
  /// fills a buffer does, and holds them until release(): while the VMM serves a request it never
  /// waits for memory of the guest. False: there is no memory, and nothing is held.
  sim::Task<bool> prepare(IoPageTable& table, PageRange pages, Worker& worker);
  /// What prepare() holds is held by its pins alone from now on.
  void release(IoPageTable& table, PageRange pages);
  /// Makes a page resident that stays so until somebody waits. False: there is no memory.
  sim::Task<bool> bring_in(IoPageTable& table, IovaPage page, Worker& worker);
  /// Brings a page in, maps it unless it is mapped, and pins it. False: there is no memory, or no
  /// room under RLIMIT_MEMLOCK; then it is neither mapped nor pinned.
  /// Requires that it is not pinned, and that nobody else does the same for this table meanwhile.
  sim::Task<bool> take(IoPageTable& table, IovaPage page, Worker& worker);
  /// Unmaps mapped and pinned pages that lie together, invalidates them as one range, and unpins
  /// them.
  sim::Task<> give_back(IoPageTable& table, PageRange pages, Worker& worker);
  /// As give_back(), of any pages, in ascending order, which one invalidation of the whole table
  /// makes inaccessible.
  sim::Task<> give_back(IoPageTable& table, std::vector<IovaPage> pages, Worker& worker);

 private:
  sim::Task<> give_back(IoPageTable& table, std::vector<IovaPage> pages, PageRange invalidated,
                        Worker& worker);
  /// False: there is no memory.
  static sim::Task<bool> fault_in(ProcessMemory& process, IovaPage page, Worker& worker);
  void count_refusal();
  IotlbFlush& caches() { return exits_ != nullptr ? exits_->caches() : context_.caches; }

  GuestExits* exits_ = nullptr;
};

}  // namespace faultpath::models
