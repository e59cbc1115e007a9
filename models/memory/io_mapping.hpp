// What software maps and pins for devices, and the account of it.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/journal.hpp"
#include "models/base/window.hpp"
#include "models/memory/address_space.hpp"
#include "models/memory/page_store.hpp"
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
  IoMapping(sim::Simulation& simulation, PageStore& store, const StatisticsWindow& window,
            std::string path);
  IoMapping(const IoMapping&) = delete;
  IoMapping& operator=(const IoMapping&) = delete;

  /// Enters a resident page of `space`.
  void map(AddressSpace& space, IovaPage page);
  /// Takes a page out; the caches still hold it until they have been invalidated.
  void unmap(AddressSpace& space, IovaPage page);
  void pin(AddressSpace& space, IovaPage page);
  /// Requires that no device can reach the page any more.
  void unpin(AddressSpace& space, IovaPage page);
  /// The whole space at once.
  void map_and_pin_everything(AddressSpace& space);

  /// All pages ever mapped, warm-up included: grows as long as software gets anywhere.
  std::uint64_t ever_mapped() const { return ever_mapped_; }

  const IoMappingStats& stats() const { return stats_; }
  IoMappingStats& stats() { return stats_; }

 private:
  bool counted() const { return window_.counts(simulation_.now()); }
  void add(sim::Gauge& gauge, std::int64_t pages);

  const std::string path_;  // in the journal
  sim::Simulation& simulation_;
  PageStore& store_;
  const StatisticsWindow& window_;
  std::uint64_t ever_mapped_ = 0;
  IoMappingStats stats_;
  Journal journal_;
};

}  // namespace faultpath::models
