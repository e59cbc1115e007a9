// Faults of many limits when each is served at once: exactly, or from a sample of the pages.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analysis/interval.hpp"
#include "analysis/limits/waiting_faults.hpp"

namespace faultpath::analysis::limits {

/// The faults among the counted accesses with each of `limits`, in pages, from 1 on. By use: one
/// pass by stack distance. By mapping: one pass of all limits at once, or several where the pages
/// are so many that their numbers would take more than `bytes` at once.
std::vector<std::uint64_t> faults_in_order(const Accesses& accesses,
                                           std::span<const std::uint64_t> limits, Recency recency,
                                           std::uint64_t bytes = std::uint64_t{128} << 20);

/// The same from some of the pages: with all accesses of a share R of the pages a list of L R pages
/// has R times the faults of one of L pages (SHARDS: Waldspurger, Park, Garthwaite, Ahmad, FAST
/// 2015; for lists that are no stack: Waldspurger, Saemundsson, Ahmad, Park, USENIX ATC 2017).
/// Between whole L R it is interpolated. Of each block of as many pages as it takes one goes into
/// each of 8 groups, by a hash of the block, so that each group has the same share of every part of
/// the space. Each group tells the faults by itself, and from how they differ comes the interval.
/// It does not cover what a list of a few pages does: limits should be some 100 blocks and more.
class SampledFaults {
 public:
  static constexpr std::size_t kGroups = 8;

  /// Of the pages `share` is taken, or a little less: 8 of a whole number. Requires 0 < share <= 1.
  SampledFaults(std::span<const std::uint64_t> limits, Recency recency, double share);
  ~SampledFaults();

  void access(std::uint64_t page, bool counted);
  /// Estimates at each limit with Student's interval over the groups.
  std::vector<Interval> faults(double confidence) const;
  /// As many pages as one of a group stands for.
  std::uint64_t block() const { return block_; }
  /// The pages of the sample so far.
  std::uint64_t pages() const;

 private:
  class Group;
  std::vector<std::uint64_t> limits_;
  std::uint64_t block_;  // pages of which each group has one
  std::vector<std::unique_ptr<Group>> groups_;
};

}  // namespace faultpath::analysis::limits
