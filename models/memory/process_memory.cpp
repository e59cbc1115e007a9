// The pages of a process.
#include "models/memory/process_memory.hpp"

#include <algorithm>
#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

// What filled memory before the run is in no swap yet; a file has it.
PageState first_state(const BackingSpec& backing) {
  PageState state;
  if (backing.populated) state.set(kResident);
  if (backing.populated && backing.kind != Backing::file) state.set(kDirty);
  return state;
}

}  // namespace

ProcessMemory::ProcessMemory(PageStore& store, std::string name, Runs areas,
                             const BackingSpec& backing)
    : mmap_lock("mmap_lock"),
      store_(store),
      name_(std::move(name)),
      areas_(std::move(areas)),
      backing_(backing),
      base_(store.pages.reserve(pages(), first_state(backing))),
      frames_(backing.populated ? pages() : 0) {
  ENSURE_IN(name_, !areas_.empty(), "a process has a page");
}

ProcessMemory::ProcessMemory(PageStore& store, std::string name, Areas declared)
    : ProcessMemory(store, std::move(name), declared.pages(), BackingSpec{}) {
  layout = std::move(declared);
}

bool ProcessMemory::has_files() const {
  if (!layout.declared()) return backing_.kind == Backing::file;
  const auto is_file = [](const Area& area) { return area.kind == Backing::file; };
  return std::ranges::any_of(layout.all(), is_file);
}

bool ProcessMemory::is_resident(IovaPage page) const {
  if (held_) return true;
  const PageState* const state = std::as_const(store_).pages.find(id_of(page));
  return state != nullptr ? state->has(kResident) : backing_.populated;
}

bool ProcessMemory::is_settled(IovaPage page) const {
  const PageState* const state = std::as_const(store_).pages.find(id_of(page));
  return is_resident(page) && (state == nullptr || !state->has(kBusy));
}

bool ProcessMemory::is_mapped(IovaPage page) const {
  return std::ranges::any_of(notifiers_, [&](const MmuNotifier* n) { return n->maps(page); });
}

bool ProcessMemory::clear_young(IovaPage page) {
  PageState& state = this->page(page);
  bool young = state.has(kAccessed);
  state.clear(kAccessed);
  for (MmuNotifier* const notifier : notifiers_) young |= notifier->clear_young(page);
  return young;
}

bool is_of_file(ProcessMemory& process, IovaPage page) {
  if (!process.layout.declared()) return process.backing().kind == Backing::file;
  return process.layout.find(page)->kind == Backing::file && !process.page(page).has(kCopied);
}

}  // namespace faultpath::models
