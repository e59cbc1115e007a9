// Process memory: the areas of a process, what backs them, and who maps its pages (an mm).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/address.hpp"
#include "models/base/backing_spec.hpp"
#include "models/base/runs.hpp"
#include "models/memory/areas.hpp"
#include "models/memory/mm_faults.hpp"
#include "models/memory/mmu_notifier.hpp"
#include "models/memory/page_store.hpp"
#include "sim/rw_lock.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// Areas of anonymous, file or shared memory. Between the areas there is nothing: no page, no
/// frame, no state. Any number of I/O page tables may map its pages; whoever owns one registers a
/// notifier. Takes memory for the pages that are touched, however far apart the areas lie.
class ProcessMemory {
 public:
  /// `areas` are its pages, at least one. `store` outlives it.
  ProcessMemory(PageStore& store, std::string name, Runs areas, const BackingSpec& backing);
  /// Its pages are those of declared areas.
  ProcessMemory(PageStore& store, std::string name, Areas declared);
  ProcessMemory(const ProcessMemory&) = delete;
  ProcessMemory& operator=(const ProcessMemory&) = delete;

  const std::string& name() const { return name_; }
  const Runs& areas() const { return areas_; }
  IovaPage first() const { return {areas_.first()}; }
  /// From the first page to the last, holes included.
  std::uint64_t span() const { return areas_.span(); }
  /// That are there.
  std::uint64_t pages() const { return areas_.count(); }
  const BackingSpec& backing() const { return backing_; }
  /// May some of its pages come from files?
  bool has_files() const;
  bool contains(IovaPage page) const { return areas_.contains(page.value); }
  /// Aligned ranges of 2 MiB that hold a page.
  std::uint64_t large_ranges() const { return areas_.groups(9).count(); }

  /// The place of a page in the store. Requires contains(page).
  PageId id_of(IovaPage page) const { return id_at(areas_.index_of(page.value)); }
  /// Of the page that has `index` pages below it.
  PageId id_at(std::uint64_t index) const {
    return PageId{to_index(base_) + static_cast<std::uint32_t>(index)};
  }
  IovaPage page_of_id(PageId id) const { return {areas_.at(to_index(id) - to_index(base_))}; }
  bool owns(PageId id) const { return to_index(id) - to_index(base_) < pages(); }
  PageState& page(IovaPage page) { return store_.pages.at(id_of(page)); }
  /// The frame of a page, which gets a number if it has none. Requires that it is resident.
  Frame& frame(IovaPage page) { return store_.frames.at(store_.frame_of(id_of(page))); }
  bool is_resident(IovaPage page) const;
  /// Is the page resident, and nobody about to take it away?
  bool is_settled(IovaPage page) const;

  /// From now on `notifier` hears of every page that is taken away, until the end of the run.
  void add(MmuNotifier& notifier) { notifiers_.push_back(&notifier); }
  /// In the order in which they were added.
  const std::vector<MmuNotifier*>& notifiers() const { return notifiers_; }
  /// Could a device reach the page?
  bool is_mapped(IovaPage page) const;
  /// Has the page been used since the last call, by the process or by a device that tells?
  bool clear_young(IovaPage page);

  /// Its faults are served by `faults` from now on.
  void serve_by(MmFaults& faults) { faults_ = &faults; }
  bool is_served_by(const MmFaults& faults) const { return faults_ == &faults; }
  /// As MmFaults::make_resident(). Requires serve_by().
  sim::Task<Residency> fault_in(IovaPage page, Worker& worker, FaultAccess access = {}) {
    return faults_->make_resident(*this, page, worker, access);
  }

  /// Frames that its pages have.
  std::uint64_t frames() const { return frames_; }
  void gain_frame() { ++frames_; }
  void lose_frame() { --frames_; }
  /// Every page has a frame and keeps it, whatever becomes of single pages: pinned as a whole.
  void hold() {
    held_ = true;
    frames_ = pages();
  }
  bool is_held() const { return held_; }

  /// It has been killed: nothing may be read or written any more.
  bool is_killed() const { return ending.killed; }

  sim::RwLock mmap_lock;
  /// What LockedAccounts keep of it.
  struct Locked {
    std::uint32_t user = 0;
    std::uint64_t pages = 0;  ///< that count
    bool whole = false;       ///< a table has pinned all of it
  } locked;
  Areas layout;  ///< nothing unless the areas are declared
  /// What the OOM killer keeps of it.
  struct Ending {
    bool killable = true;
    bool killed = false;
    std::uint32_t faults = 0;  ///< on its pages, that are being served
  } ending;

 private:
  PageStore& store_;
  std::string name_;
  Runs areas_;
  BackingSpec backing_;
  PageId base_;
  MmFaults* faults_ = nullptr;
  std::uint64_t frames_;
  bool held_ = false;
  std::vector<MmuNotifier*> notifiers_;
};

/// Is the page there, and may it be read, or written? If not a device is answered Invalid.
inline bool permits(const ProcessMemory& process, IovaPage page, bool write) {
  return process.contains(page) && !process.is_killed() &&
         (!process.layout.declared() || process.layout.permits(page, write));
}
/// Does the page come from a file, and go there? A private copy does not.
bool is_of_file(ProcessMemory& process, IovaPage page);
/// Does a write fault though the page is there? Only in declared areas.
inline bool is_write_protected(ProcessMemory& process, IovaPage page) {
  return process.layout.declared() && process.page(page).has(kWriteProtected);
}

}  // namespace faultpath::models
