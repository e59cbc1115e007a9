// Premapping: the run of pages that one fault maps (VFIO IOPF RFC v2 3/6).
#pragma once

#include <array>
#include <cstdint>

#include "models/memory/io_page_table.hpp"

namespace faultpath::models {

/// Pages from `page` on, forward only and not aligned, that a fault maps: at most `most`, up to the
/// first that is mapped already or the end of the table. Zero when `page` itself is mapped.
std::uint64_t premap_run(const IoPageTable& table, IovaPage page, std::uint32_t most);

/// How far to map ahead of the faults of one table when that is learnt from them: a fault where a
/// run has ended maps twice as much as that run was given, up to a maximum; any other fault maps
/// one page. Eight runs are remembered, so that queues that are filled side by side do not disturb
/// each other; the one that has been quiet longest is forgotten.
class PremapWindows {
 public:
  /// Pages that a fault on `page` may map, itself included. Requires most >= 1.
  std::uint32_t window_of(IovaPage page, std::uint32_t most);
  /// It has mapped `pages` of them.
  void mapped(IovaPage page, std::uint64_t pages) { runs_[current_].end = page + pages; }

 private:
  struct Run {
    IovaPage end{~std::uint64_t{0}};  // the next page of the run
    std::uint32_t window = 0;
    std::uint64_t used = 0;  // when it last grew, in faults
  };
  std::array<Run, 8> runs_;
  std::size_t current_ = 0;
  std::uint64_t faults_ = 0;
};

}  // namespace faultpath::models
