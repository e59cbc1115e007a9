// In the order of processes and addresses.
#include "models/memory/untouched_pages.hpp"

namespace faultpath::models {

bool UntouchedPages::has_none(std::size_t index) const {
  const ProcessMemory& process = processes_[index];
  const bool populated = process.backing().populated && !process.is_held();
  return !populated || next_[index] == process.pages();
}

PageId UntouchedPages::take(bool both) {
  next_.resize(processes_.size());
  while (first_ < processes_.size() && has_none(first_)) ++first_;
  for (std::size_t i = first_; i < processes_.size(); ++i) {
    const ProcessMemory& process = processes_[i];
    if (has_none(i) || (!both && process.backing().kind != Backing::file)) continue;
    while (next_[i] < process.pages()) {
      const PageId id = process.id_at(next_[i]++);
      const PageState& state = store_.pages.at(id);
      const bool there = state.has(kResident) && !state.has(kBusy);
      if (there && !store_.is_listed(state) && !store_.is_pinned(state)) return id;
    }
  }
  return kNoPage;
}

}  // namespace faultpath::models
