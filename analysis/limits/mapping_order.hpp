// Faults of a list in the order of mapping, for many limits in one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace faultpath::analysis::limits {

/// A list in the order of mapping (FIFO) is no stack: a longer one may lack what a shorter one
/// holds (Belady, Nelson, Shedler, CACM 12(6), 1969), so no distance tells all limits. But its
/// state is simple: with L pages at most, a page is on it if, and only if, fewer than L pages have
/// been mapped since it was. So for each page and each limit one number is kept, how many pages had
/// been mapped when this one was, and one access looks at its page's numbers of all limits at once.
/// The faults are those of a simulation of each limit. Memory: 4 bytes for each page and limit.
class MappingOrder {
 public:
  /// Limits are at least 1 and below 2^31, in pages, in any order. There is room for so many pages;
  /// more are possible and take up to three times the memory for a while.
  explicit MappingOrder(std::span<const std::uint64_t> limits, std::size_t pages = 0);

  /// Pages are small numbers, as those of PageNumbers. At most 2^31 accesses.
  void access(std::uint32_t page);
  /// So far, with `limits[index]`.
  std::uint64_t faults(std::size_t index) const {
    return mapped_[index / kLanes][index % kLanes] - limits_[index / kLanes][index % kLanes];
  }
  /// Bytes for each page with so many limits: the same for up to so many more.
  static std::size_t bytes_for_page(std::size_t limits) {
    return width_for(limits) * sizeof(Lanes);
  }

 private:
  // What a register of every x86-64 and Arm64 machine holds: one instruction works on all of them.
  using Lanes = std::uint32_t __attribute__((vector_size(16)));
  static constexpr std::size_t kLanes = sizeof(Lanes) / sizeof(std::uint32_t);
  static std::size_t width_for(std::size_t limits) { return (limits + kLanes - 1) / kLanes; }

  std::size_t width_;          // Lanes of a page
  std::vector<Lanes> limits_;  // width_ of them; 1 where there is none
  // Pages mapped so far and the limit: so 0, for "never", is always too long ago.
  std::vector<Lanes> mapped_;
  std::vector<Lanes> at_;  // of each page: mapped_ when it was mapped
};

}  // namespace faultpath::analysis::limits
