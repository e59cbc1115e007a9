// Locked accounts: what counts as locked memory, whose it is, and whether there may be more.
#pragma once

#include <cstdint>
#include <map>

#include "models/memory/mapping_spec.hpp"
#include "models/memory/process_memory.hpp"

namespace faultpath::models {

/// The account of locked memory against RLIMIT_MEMLOCK. VFIO type1 charges the process, once for
/// each I/O page table that pins a page. iommufd charges a page once, however many tables have it,
/// and compares the sum of the user's processes, or that of the process. Source: Linux 7.1,
/// vfio_lock_acct(), do_update_pinned(), iopt_alloc_pages().
class LockedAccounts {
 public:
  explicit LockedAccounts(const MappingSpec& spec, PageSize size = {}) : spec_(spec), size_(size) {}

  /// One more table has pinned a page of the process, of which `others` had. Pages that count.
  std::uint64_t pin(ProcessMemory& process, std::uint32_t others);
  /// One table less has it, and `others` still have. Pages that count no more.
  std::uint64_t unpin(ProcessMemory& process, std::uint32_t others);
  /// One more table has pinned the process as a whole. Pages that count.
  std::uint64_t pin_whole(ProcessMemory& process);

  /// Would one page more exceed the limit of type1, which looks before it charges? iommufd does not
  /// look yet.
  bool refuses(const ProcessMemory& process) const { return !counts_once() && !fits(process, 1); }
  /// Is more charged than the limit? iommufd looks when everything is pinned and mapped.
  bool exceeded(const ProcessMemory& process) const { return counts_once() && !fits(process, 0); }
  /// Only then can exceeded() be true.
  bool looks_at_end() const { return counts_once() && spec_.memlock.has_value(); }

  /// May so many pages more be charged?
  bool has_room(const ProcessMemory& process, std::uint64_t pages) const {
    return fits(process, pages);
  }

  /// Pages that are compared with the limit when this process pins.
  std::uint64_t charged(const ProcessMemory& process) const;

 private:
  bool counts_once() const { return spec_.engine == MappingEngine::iommufd; }
  bool fits(const ProcessMemory& process, std::uint64_t more) const {
    return !spec_.memlock || charged(process) + more <= size_.pages_in(*spec_.memlock);
  }
  void add(ProcessMemory& process, std::uint64_t pages);

  MappingSpec spec_;
  PageSize size_;
  std::map<std::uint32_t, std::uint64_t> of_user_;  // pages
};

}  // namespace faultpath::models
