// lru_locked: pages are pinned by the first access, under a limit on locked memory.
#pragma once

#include <memory>
#include <vector>

#include "models/strategy/locked_list.hpp"
#include "models/strategy/mapping_strategy.hpp"
#include "sim/event.hpp"

namespace faultpath::models {

/// A list of locked pages for each address table, the oldest first. A page that is mapped when the
/// list is full waits until the oldest has been unmapped, invalidated in IOTLB and devices, and
/// unpinned: then it is evicted by the fault itself, or by a thread that comes by periodically.
/// Pages of the group that is being served are not chosen; what devices cannot fault on counts
/// first and stays. The periodic thread takes the lock of the container for each page, so that
/// faults come between. Asked for in the VFIO IOPF discussion (Williamson, Lu, 2021).
class LruLocked final : public MappingStrategy {
 public:
  LruLocked(const StrategyContext& context, const LruLockedSpec& spec);

  sim::Task<> attach(IoPageTable& table, Worker& worker) override;
  bool may_invalidate() const override { return may_evict_ || !context_.memory.never_reclaims(); }
  bool sees_use() const override { return spec_.recency == LruLockedSpec::Recency::used; }
  void used(IoPageTable& table, IovaPage page) override;
  void stop() override;

  /// Pages that may be locked in a space of `pages` pages.
  static std::uint64_t limit_pages(const LockedLimit& limit, std::uint64_t pages,
                                   PageSize size = {});
  /// Pages that a periodic pass leaves.
  static std::uint64_t target_pages(const LruLockedSpec& spec, std::uint64_t limit);

 private:
  struct Account {
    Account(IoPageTable& owner, std::uint64_t pages) : table(&owner), limit(pages), locked(owner) {}
    IoPageTable* table;
    std::uint64_t limit;
    std::uint64_t charged = 0;  // locked pages and those about to be
    std::uint64_t pinned = 0;   // of these, for good: what devices cannot fault on
    LockedList locked;          // oldest first
  };

  bool take_room(IoPageTable& table) override;
  sim::Task<> wait_for_room(IoPageTable& table, Faults serving, Worker& worker) override;
  void return_room(IoPageTable& table) override;
  bool pins() const override { return true; }
  void on_map(IoPageTable& table, IovaPage page, Worker& worker) override;
  void on_release(IoPageTable& table, IovaPage page) override;
  sim::Task<> wait_for_others(IoPageTable& table, Worker& worker);
  sim::Task<bool> evict_oldest(Account& account, Faults serving, Worker& worker);
  void start_coming_by();
  sim::Process periodic();
  std::uint64_t target(std::uint64_t limit) const { return target_pages(spec_, limit); }
  Account& account_of(IoPageTable& table);

  LruLockedSpec spec_;
  bool may_evict_ = false;
  std::vector<std::unique_ptr<Account>> accounts_;  // in the order of attachment
  std::vector<Account*> by_tag_;                    // of each table's tag; null: not attached
  sim::Event room_{"room under the locked limit"};
  sim::Event stopped_{"end of the run"};
  bool comes_by_ = false;  // the periodic thread lives
};

}  // namespace faultpath::models
