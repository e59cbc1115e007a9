// What software maps and pins for devices, and the account of it.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/journal.hpp"
#include "models/base/window.hpp"
#include "models/memory/io_page_table.hpp"
#include "models/memory/locked_accounts.hpp"
#include "sim/gauge.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

struct IoMappingStats {
  std::uint64_t pages_mapped = 0, pages_unmapped = 0, pages_pinned = 0;
  sim::Gauge locked_bytes, mapped_bytes;
};

/// Changes I/O page tables and the locked count together with their gauges. Instantaneous: the
/// caller pays for the time.
class IoMapping {
 public:
  IoMapping(sim::Simulation& simulation, const StatisticsWindow& window, std::string path,
            const MappingSpec& rules = {}, PageSize size = {});
  IoMapping(const IoMapping&) = delete;
  IoMapping& operator=(const IoMapping&) = delete;

  /// Enters a resident page of the process, or its zero page; for reading only if it is protected.
  void map(IoPageTable& table, IovaPage page);
  /// Takes a page out; the caches still hold it until they have been invalidated.
  void unmap(IoPageTable& table, IovaPage page);
  /// Charges a resident page as locked, as LockedAccounts say. Nobody reclaims it meanwhile.
  void pin(IoPageTable& table, IovaPage page);
  /// Requires that no device can reach the page through this table any more.
  void unpin(IoPageTable& table, IovaPage page);
  /// A pinned page is charged no more and stays mapped: reclaim may take it through the notifier.
  void let_go(IoPageTable& table, IovaPage page);
  /// The whole process at once.
  void map_and_pin_everything(IoPageTable& table);

  const LockedAccounts& accounts() const { return accounts_; }

  /// All pages ever mapped, warm-up included: grows as long as software gets anywhere.
  std::uint64_t ever_mapped() const { return ever_mapped_; }

  const IoMappingStats& stats() const { return stats_; }
  IoMappingStats& stats() { return stats_; }

 private:
  void uncharge(IoPageTable& table, IovaPage page);
  bool counted() const { return window_.counts(simulation_.now()); }
  void add(sim::Gauge& gauge, std::int64_t pages);

  const std::string path_;  // in the journal
  sim::Simulation& simulation_;
  const StatisticsWindow& window_;
  const PageSize size_;
  LockedAccounts accounts_;
  std::uint64_t ever_mapped_ = 0;
  IoMappingStats stats_;
  Journal journal_;
};

}  // namespace faultpath::models
