// Page changes: the steps that faults in declared areas and others share.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cpu/worker.hpp"
#include "models/memory/memory.hpp"
#include "models/memory/process_memory.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// The page has a frame, which has been taken, from now on; a page of a file, and one that nobody
/// may write, is protected.
void place(ProcessMemory& process, IovaPage page, Memory& memory, bool dirty);

/// Makes the pages busy, takes them off the lists of reclaim, and out of what devices walk and
/// cache. Requires that none is busy; the caller ends that, and calls Memory::keep().
sim::Task<> take_translations(ProcessMemory& process, IovaPage first, std::uint64_t pages,
                              Memory& memory, Worker& worker);

/// Takes the pages, ascending, out of what devices walk and cache, a run at a time.
sim::Task<> invalidate_runs(ProcessMemory& process, const std::vector<IovaPage>& pages,
                            Worker& worker);

/// Copies a page to another frame; who faults on it meanwhile waits. Requires that it is resident,
/// neither busy nor pinned.
sim::Task<> copy_elsewhere(ProcessMemory& process, IovaPage page, Memory& memory, Worker& worker);

/// The 512 pages around `page` are no huge page any more; were they one?
bool split_huge_page(ProcessMemory& process, IovaPage page);

}  // namespace faultpath::models
