// Moved pages: pages of a process that come from another machine, or have gone to one.
#pragma once

#include "models/cpu/worker.hpp"
#include "models/memory/memory.hpp"
#include "models/memory/process_memory.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// A page has come with its content: it is resident and dirty from now on, as if it had been
/// touched, unless it is already or no frame is free, so that the first touch finds one for it.
void receive_page(Memory& memory, ProcessMemory& process, IovaPage page);

/// Whatever the process has on this machine is of no worth: its pages are taken out of all tables,
/// and their frames are free. Pages that are pinned or under way stay.
sim::Task<> discard_pages(Memory& memory, ProcessMemory& process, Worker& worker);

}  // namespace faultpath::models
