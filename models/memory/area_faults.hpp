// Area faults: handle_mm_fault() of processes whose areas are declared.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/journal.hpp"
#include "models/base/window.hpp"
#include "models/memory/folios.hpp"
#include "models/memory/huge_pages.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/mm_faults.hpp"
#include "models/memory/page_reader.hpp"
#include "models/memory/page_store.hpp"
#include "models/memory/process_memory.hpp"
#include "models/memory/userfaults.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class Memory;

struct AreaFaultStats {
  std::uint64_t zero_page_maps = 0;      ///< pages for which the zero page was mapped
  std::uint64_t page_copies = 0;         ///< copies on write
  std::uint64_t page_reuses = 0;         ///< writes to a protected page that needed no copy
  std::uint64_t fault_around_pages = 0;  ///< mapped beside the one that faulted
  std::uint64_t readahead_pages = 0;     ///< read beside the one that faulted
  std::uint64_t readahead_hits = 0;      ///< of these, used later
  std::uint64_t readahead_async = 0;     ///< reads that the use of a marked page has begun
  std::uint64_t folio_faults = 0;        ///< that brought a folio of several pages
  std::uint64_t folio_pages = 0;         ///< of these folios
  std::uint64_t numa_moves = 0;          ///< pages that a fault after a hint moved
  std::uint64_t huge_faults = 0;         ///< that brought 2 MiB
  std::uint64_t huge_splits = 0;         ///< huge pages of which reclaim took a part
};

/// What faults in declared areas work on; all outlive it.
struct AreaFaultSetting {
  sim::Simulation& simulation;
  const MemorySpec& spec;
  PageStore& store;
  Memory& memory;
  const StatisticsWindow& window;
  Journal& journal;
  AreaFaultStats& stats;
  const std::string& path;  ///< of the memory
};

/// Every case of a fault in anonymous, file and shared memory. A page that nobody has written is
/// the zero page, which takes no frame; a page of a file, and one that is protected, is copied or
/// granted by the first write; misses read their neighbours, too. Where a device walks the page
/// table of the process, the page is in it on return, with the neighbours that Linux maps along.
/// Source: Linux, mm/memory.c: do_anonymous_page(), do_fault(), do_wp_page(), do_swap_page().
class AreaFaults final : public MmFaults {
 public:
  explicit AreaFaults(const AreaFaultSetting& setting);
  AreaFaults(const AreaFaults&) = delete;
  AreaFaults& operator=(const AreaFaults&) = delete;

  sim::Task<Residency> make_resident(ProcessMemory& process, IovaPage page, Worker& worker,
                                     FaultAccess access) override;
  HugePages& huge_pages() { return huge_; }
  const UserfaultStats& userfault_stats() const { return userfaults_.stats(); }

 private:
  /// What a page needs next.
  enum class Step {
    hit,
    zero_page,
    huge_page,
    allocate,
    copy,
    grant,
    read_file,
    read_swap,
    user_space,
    move
  };
  /// What became of it.
  enum class Progress { again, done, read, no_memory, refused };

  Step step_of(ProcessMemory& process, IovaPage page, FaultAccess access) const;
  sim::Task<Progress> take(Step step, ProcessMemory& process, IovaPage page, Worker& worker,
                           FaultAccess access);
  Residency hit(ProcessMemory& process, IovaPage page, Worker& worker, FaultAccess access,
                bool cached);
  sim::Task<Progress> map_zero_page(ProcessMemory& process, IovaPage page, Worker& worker);
  sim::Task<Progress> allocate(ProcessMemory& process, IovaPage page, Worker& worker,
                               FaultAccess access);
  sim::Task<Progress> huge_page(ProcessMemory& process, IovaPage page, Worker& worker,
                                FaultAccess access);
  sim::Task<Progress> copy(ProcessMemory& process, IovaPage page, Worker& worker);
  sim::Task<Progress> grant(ProcessMemory& process, IovaPage page, Worker& worker);
  sim::Task<Progress> read(Step step, ProcessMemory& process, IovaPage page, Worker& worker);
  sim::Task<Progress> ask_user_space(ProcessMemory& process, IovaPage page, Worker& worker);
  sim::Task<Progress> move(ProcessMemory& process, IovaPage page, Worker& worker);
  void map_around(ProcessMemory& process, const Area& area, IovaPage page);
  bool counted() const { return setting_.window.counts(setting_.simulation.now()); }

  AreaFaultSetting setting_;
  PageReader reader_;
  HugePages huge_;
  Folios folios_;
  Userfaults userfaults_;
};

}  // namespace faultpath::models
