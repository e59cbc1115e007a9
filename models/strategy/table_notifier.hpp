// The MMU notifier of an I/O page table: what memory takes away leaves the table and its caches.
#pragma once

#include <cstdint>

#include "models/memory/io_mapping.hpp"
#include "models/memory/iotlb_flush.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/mmu_notifier.hpp"

namespace faultpath::models {

/// Hears of the pages of the table's process from now on, until the end of the run. Pages that are
/// mapped are unmapped one by one, for the cost of that, and invalidated each.
class TableNotifier final : public MmuNotifier {
 public:
  /// All outlive it.
  TableNotifier(IoPageTable& table, IoMapping& mapping, IotlbFlush& caches,
                const MapCostSpec& costs)
      : table_(table), mapping_(mapping), caches_(caches), costs_(costs) {
    table_.process().add(*this);
  }

  bool is_of(const IoPageTable& table) const { return &table == &table_; }
  bool maps(IovaPage page) const override { return table_.is_mapped(page); }
  bool clear_young(IovaPage page) override { return table_.clear_young(page); }
  sim::Task<> invalidate_range(IovaPage first, std::uint64_t pages, Worker& worker) override;

 private:
  IoPageTable& table_;
  IoMapping& mapping_;
  IotlbFlush& caches_;
  MapCostSpec costs_;
};

}  // namespace faultpath::models
