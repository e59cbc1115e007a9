// MMU notifier: who holds translations of a process's pages hears before a page is taken away.
#pragma once

#include <cstdint>

#include "models/base/address.hpp"
#include "models/cpu/worker.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// Source: Linux, struct mmu_notifier_ops. The owner of an I/O page table implements it; memory
/// knows no device and no IOMMU.
class MmuNotifier {
 public:
  MmuNotifier() = default;
  MmuNotifier(const MmuNotifier&) = delete;
  MmuNotifier& operator=(const MmuNotifier&) = delete;

  /// Could somebody reach the page through it?
  virtual bool maps(IovaPage page) const = 0;
  /// Has the page been used through it since the last call? Only where hardware tells.
  virtual bool clear_young(IovaPage page) = 0;
  /// Takes the pages out of its tables and of all that cache them. On return nobody reaches them
  /// through it until they are mapped again. The worker is on a core and is charged; it may owe on
  /// return.
  virtual sim::Task<> invalidate_range(IovaPage first, std::uint64_t pages, Worker& worker) = 0;
  /// The same of one page that reclaim or migration has unmapped together with others, whose
  /// flushes it batches.
  virtual sim::Task<> invalidate_batched(IovaPage page, Worker& worker) {
    return invalidate_range(page, 1, worker);
  }
  /// Of the pages that the process has write-protected: from now on writes fault. One flush for
  /// all of them.
  virtual sim::Task<> write_protect(IovaPage first, std::uint64_t pages, Worker& worker) {
    return invalidate_range(first, pages, worker);
  }
  /// Writes of pages that are there are allowed from now on.
  virtual sim::Task<> grant_write(IovaPage /*first*/, std::uint64_t /*pages*/, Worker&) {
    co_return;
  }
  /// Reclaim has cleared the accessed bit of the page.
  virtual sim::Task<> age(IovaPage, Worker&) { co_return; }
  /// The page table of the process has the page now, for those whose devices walk that table; an
  /// old one with its access flag clear.
  virtual void enter(IovaPage, bool /*old*/) {}
  /// The same of the 512 pages from `first` on, as one entry.
  virtual void enter_huge(IovaPage /*first*/) {}

 protected:
  ~MmuNotifier() = default;
};

}  // namespace faultpath::models
