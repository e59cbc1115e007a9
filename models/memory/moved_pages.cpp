// Frames for pages that come, and from pages that are gone.
#include "models/memory/moved_pages.hpp"

#include <vector>

#include "models/memory/page_changes.hpp"

namespace faultpath::models {
namespace {

bool is_pinned(ProcessMemory& process, IovaPage page) {
  return process.page(page).has(kResident) && process.frame(page).pinned();
}

// Those that may go, busy from now on.
std::vector<IovaPage> take_all(Memory& memory, ProcessMemory& process) {
  std::vector<IovaPage> taken;
  for (const Runs::Run& run : process.areas().list()) {
    for (std::uint64_t i = 0; i < run.count; ++i) {
      const IovaPage page{run.first + i};
      PageState& state = process.page(page);
      if (state.has(kBusy) || !state.has(kResident | kSwapped)) continue;
      if (is_pinned(process, page)) continue;
      if (state.has(kResident)) memory.unlist(process, page);
      state.set(kBusy);
      taken.push_back(page);
    }
  }
  return taken;
}

}  // namespace

void receive_page(Memory& memory, ProcessMemory& process, IovaPage page) {
  if (process.is_held()) return;
  PageState& state = process.page(page);
  if (state.has(kBusy | kResident) || !memory.pool().take()) return;
  state.set(kResident | kDirty);
  process.gain_frame();
  memory.keep(process, process.id_of(page));
  memory.pool().changed();
}

sim::Task<> discard_pages(Memory& memory, ProcessMemory& process, Worker& worker) {
  if (process.is_held()) co_return;
  const std::vector<IovaPage> taken = take_all(memory, process);
  if (taken.empty()) co_return;
  memory.pool().begin_move();
  co_await invalidate_runs(process, taken, worker);
  for (const IovaPage page : taken) memory.forget(process, page);
  memory.pool().end_move();
  memory.pool().changed();
}

}  // namespace faultpath::models
