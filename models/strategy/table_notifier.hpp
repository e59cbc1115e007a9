// The MMU notifier of an I/O page table: what memory takes away leaves the table and its caches.
#pragma once

#include <cstdint>

#include "models/memory/io_mapping.hpp"
#include "models/memory/iotlb_flush.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/mmu_notifier.hpp"

namespace faultpath::models {

/// Hears of the pages of the table's process from now on, until the end of the run. Pages that are
/// mapped are unmapped, for the cost of that each, and then invalidated together. A view of the
/// process's own page table (sva) changes with it.
class TableNotifier final : public MmuNotifier {
 public:
  /// All outlive it.
  TableNotifier(IoPageTable& table, IoMapping& mapping, IotlbFlush& caches,
                const MapCostSpec& costs, bool arm = false)
      : table_(table), mapping_(mapping), caches_(caches), costs_(costs), arm_(arm) {
    table_.process().add(*this);
  }

  bool is_of(const IoPageTable& table) const { return &table == &table_; }
  bool maps(IovaPage page) const override { return table_.is_mapped(page); }
  bool clear_young(IovaPage page) override { return table_.clear_young(page); }
  sim::Task<> invalidate_range(IovaPage first, std::uint64_t pages, Worker& worker) override;
  sim::Task<> invalidate_batched(IovaPage page, Worker& worker) override;
  sim::Task<> write_protect(IovaPage first, std::uint64_t pages, Worker& worker) override;
  sim::Task<> grant_write(IovaPage first, std::uint64_t pages, Worker& worker) override;
  sim::Task<> age(IovaPage page, Worker& worker) override;
  void enter(IovaPage page, bool old) override;
  void enter_huge(IovaPage first) override;

 private:
  sim::Task<> unmap_page(IovaPage page, PageRange flushed, Worker& worker);
  sim::Task<> unmap_range(IovaPage first, std::uint64_t pages, Worker& worker);

  IoPageTable& table_;
  IoMapping& mapping_;
  IotlbFlush& caches_;
  MapCostSpec costs_;
  bool arm_;  // the page table of the process is Arm's
};

}  // namespace faultpath::models
