// Untouched pages: what populated processes have in memory and nobody has used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/memory/page_store.hpp"
#include "models/memory/process_table.hpp"

namespace faultpath::models {

/// Such a page is on no list until somebody uses it. They are the oldest of all.
class UntouchedPages {
 public:
  /// Of these processes; both outlive it.
  UntouchedPages(PageStore& store, const ProcessTable& processes)
      : store_(store), processes_(processes) {}

  /// The next one, which is not given again: process after process, by address. `both`: anonymous
  /// memory too, not only files. kNoPage when there is none.
  PageId take(bool both);

 private:
  bool has_none(std::size_t index) const;

  PageStore& store_;
  const ProcessTable& processes_;
  std::size_t first_ = 0;            // process that may have one
  std::vector<std::uint64_t> next_;  // page of each process
};

}  // namespace faultpath::models
