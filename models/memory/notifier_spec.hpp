// What a scenario says about those who change the pages of a process beside its faults.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/time.hpp"

namespace faultpath::models {

/// Source: Linux, the callers of the MMU notifiers.
enum class NotifierKind { ksm, numa, khugepaged, compaction, fork, madvise, mprotect };

/// Ranges of addresses that something is done to, in each process with declared areas.
struct NotifierSpec {
  NotifierKind kind = NotifierKind::compaction;
  double rate = 0.0;                   ///< ranges a second, Poisson
  std::optional<std::uint64_t> range;  ///< bytes; absent: that of the kind
  std::optional<std::string> area;     ///< name of an area; absent: all of them
  /// Numa: the share of the pages that lie on another node than who uses them next, so that the
  /// fault after the hint moves them; absent: nothing moves.
  std::optional<double> moves;
  /// Fork: the child shares the pages until it ends or executes something else (assumed).
  sim::Duration child = sim::milliseconds(1);
};

struct NotifierTraits {
  NotifierKind kind;
  std::string_view name, description;
  std::uint64_t range;  ///< bytes
  bool writes_lock;     ///< holds the mmap lock for writing meanwhile
};

/// In the order of NotifierKind. Ranges: Linux 7.1, ksm.c, fair.c, khugepaged.c, migrate.c.
inline constexpr std::array<NotifierTraits, 7> kNotifierTraits{{
    {NotifierKind::ksm, "ksm",
     "write-protects a page to compare it; Linux scans 100 pages in 20 ms", 4096, false},
    {NotifierKind::numa, "numa",
     "NUMA balancing: makes a range fault to see who uses it; Linux every 1 to 60 s", 256ULL << 20,
     false},
    {NotifierKind::khugepaged, "khugepaged",
     "makes a huge page of 2 MiB; Linux scans 4096 pages in 10 s", 2ULL << 20, true},
    {NotifierKind::compaction, "compaction", "migrates a page, which faults wait for", 4096, false},
    {NotifierKind::fork, "fork",
     "write-protects all private anonymous pages and flushes the whole PASID", 0, true},
    {NotifierKind::madvise, "madvise", "MADV_DONTNEED: gives the pages of a range back", 1ULL << 20,
     false},
    {NotifierKind::mprotect, "mprotect",
     "write-protects a range, as the write barriers of collectors do", 1ULL << 20, true},
}};
constexpr const NotifierTraits& traits_of(NotifierKind kind) {
  return kNotifierTraits[static_cast<std::size_t>(kind)];
}

}  // namespace faultpath::models
