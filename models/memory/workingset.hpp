// Workingset: which pages have come back so soon that they should have stayed.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "models/memory/page_array.hpp"

namespace faultpath::models {

/// A shadow stays for each page that reclaim has taken: the age of the lists then. The age counts
/// pages that were taken or became active; its growth until the page comes back is how many more
/// frames its list would have needed to keep it. Source: Linux, mm/workingset.c.
class Workingset {
 public:
  /// Reclaim takes the page.
  void take(PageId id) { shadows_[to_index(id)] = age_++; }
  /// A page has become active.
  void activate() { ++age_; }
  /// The page is back: by how much the age has grown since it was taken. Nothing if reclaim has not
  /// taken it.
  std::optional<std::uint64_t> come_back(PageId id) {
    const auto shadow = shadows_.find(to_index(id));
    if (shadow == shadows_.end()) return std::nullopt;
    const std::uint64_t distance = age_ - shadow->second;
    shadows_.erase(shadow);
    return distance;
  }
  /// The page has been given back: it will be another one.
  void forget(PageId id) { shadows_.erase(to_index(id)); }

 private:
  std::uint64_t age_ = 0;
  std::unordered_map<std::uint32_t, std::uint64_t> shadows_;
};

}  // namespace faultpath::models
