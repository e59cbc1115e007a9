// What a scenario says about the lists of reclaim.
#pragma once

#include <cstdint>

namespace faultpath::models {

/// one: every page, the oldest first; a page that was used goes to the end. two: a page that was
/// used goes to an active list, from which the oldest come back when it is the longer one. four:
/// those two for anonymous pages and for files, as the classic LRU of Linux has them.
enum class PageLists { one, two, four };

struct ListsSpec {
  PageLists kind = PageLists::two;
  /// A page that comes back soon enough after its eviction is active at once (Linux, workingset.c).
  bool refaults = false;
  /// How gladly anonymous pages are taken, against those of files: 0 to 200 (Linux, vm.swappiness).
  std::uint32_t swappiness = 60;
};

}  // namespace faultpath::models
