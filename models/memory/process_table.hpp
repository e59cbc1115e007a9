// Process table: which process a page belongs to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "models/memory/process_memory.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {

/// Processes in the order in which they were added.
class ProcessTable {
 public:
  void add(ProcessMemory& process) {
    processes_.push_back(&process);
    by_place_.insert(std::ranges::upper_bound(by_place_, place_of(&process), {}, place_of),
                     &process);
  }
  std::size_t size() const { return processes_.size(); }
  ProcessMemory& operator[](std::size_t index) const { return *processes_[index]; }
  /// Whose page it is: a binary search.
  ProcessMemory& owner_of(PageId id) const {
    const auto after = std::ranges::upper_bound(by_place_, to_index(id), {}, place_of);
    ENSURE(after != by_place_.begin() && (*std::prev(after))->owns(id),
           "every page belongs to a process");
    return **std::prev(after);
  }

 private:
  static std::uint32_t place_of(const ProcessMemory* process) {
    return to_index(process->id_at(0));
  }

  std::vector<ProcessMemory*> processes_;
  std::vector<ProcessMemory*> by_place_;  // ascending
};

}  // namespace faultpath::models
