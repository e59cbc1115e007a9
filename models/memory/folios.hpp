// Folios: more than one small page of memory that one fault brings, and less than a huge page.
#pragma once

#include <cstdint>
#include <optional>

#include "models/memory/process_memory.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct AreaFaultSetting;

/// Each page of a folio has an entry of its own in the page table, and reclaim takes them one by
/// one. Source: Linux, alloc_anon_folio() and shmem_alloc_and_add_folio().
class Folios {
 public:
  enum class Found { taken, none, lost_race };

  explicit Folios(const AreaFaultSetting& setting) : setting_(setting) {}

  /// The largest folio around the page whose frames are free: its range is aligned, in the area,
  /// and nobody has touched a page of it. None: a single page will do. It is entered for all pages
  /// but the one that faulted.
  sim::Task<Found> bring(ProcessMemory& process, IovaPage page, Worker& worker);

 private:
  static bool fits(ProcessMemory& process, const Area& area, IovaPage first, std::uint64_t pages);

  const AreaFaultSetting& setting_;
};

}  // namespace faultpath::models
