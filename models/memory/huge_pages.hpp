// Huge pages: 2 MiB of memory that one fault brings.
#pragma once

#include "models/memory/process_memory.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct AreaFaultSetting;

/// A huge page is 512 pages with a frame each, one entry of the page table, and a mark. Reclaim
/// takes them one by one, and the first that goes splits it. Frames are not fragmented: 512 that
/// are free make one. Source: Linux, do_huge_pmd_anonymous_page().
class HugePages {
 public:
  enum class Found { taken, none_free, lost_race };

  explicit HugePages(const AreaFaultSetting& setting) : setting_(setting) {}

  /// May a fault on the page bring a huge page? Its area has them, holds the 2 MiB, and none of
  /// these has been touched, or all are the huge zero page.
  bool fits(ProcessMemory& process, IovaPage page) const;
  /// 512 frames, zeroed. An area with `madvise` reclaims for them, one with `always` takes them
  /// only where they are free.
  sim::Task<Found> allocate(ProcessMemory& process, IovaPage page, Worker& worker);
  /// The huge zero page; false if another fault was faster.
  sim::Task<bool> map_zero(ProcessMemory& process, IovaPage page, Worker& worker);

  static IovaPage first_of(IovaPage page) { return {page.value / kPagesPer2M * kPagesPer2M}; }

 private:
  sim::Task<bool> take_frames(AreaSpec::Huge huge, Worker& worker);

  static constexpr unsigned kRounds = 16;  // of reclaim (Linux, MAX_RECLAIM_RETRIES)

  const AreaFaultSetting& setting_;
};

}  // namespace faultpath::models
