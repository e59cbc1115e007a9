// Runs: a set of numbers that lie together in places, and the place of each in their order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace faultpath::models {

/// Numbers of pages, or of tables of one level: ascending runs with gaps between them. The index of
/// a number is how many are below it. Takes memory for its runs alone; one run costs a subtraction
/// and a comparison, more of them a binary search that begins at the run found last.
class Runs {
 public:
  struct Run {
    std::uint64_t first = 0, count = 0;
    bool operator==(const Run&) const = default;
  };

  Runs() = default;
  Runs(std::uint64_t first, std::uint64_t count) : first_(first), span_(count) {}
  /// In any order; they may overlap or touch, and be empty.
  explicit Runs(std::vector<Run> runs);

  bool empty() const { return span_ == 0; }
  /// Without a gap.
  bool one() const { return holes_ == nullptr; }
  /// Requires that there is a number, as last() does.
  std::uint64_t first() const { return first_; }
  std::uint64_t last() const { return first_ + span_ - 1; }
  /// From the first to the last, gaps included.
  std::uint64_t span() const { return span_; }
  std::uint64_t count() const { return one() ? span_ : holes_->count; }

  bool contains(std::uint64_t number) const {
    return number - first_ < span_ && (one() || find(number) != nullptr);
  }
  /// Requires contains(number).
  std::uint64_t index_of(std::uint64_t number) const {
    return one() ? number - first_ : index_among(number);
  }
  /// The number with this index, below count().
  std::uint64_t at(std::uint64_t index) const { return one() ? first_ + index : at_among(index); }

  std::vector<Run> list() const;
  /// The aligned groups of 2^bits numbers that hold any of these.
  Runs groups(unsigned bits) const;
  /// What of these lies in `count` numbers from `first` on.
  std::vector<Run> within(std::uint64_t first, std::uint64_t count) const;

 private:
  struct Indexed {
    std::uint64_t first, count, index;
  };
  struct Holes {
    std::vector<Indexed> runs;
    std::uint64_t count = 0;
    mutable std::size_t recent = 0;
  };
  const Indexed* find(std::uint64_t number) const;
  std::uint64_t index_among(std::uint64_t number) const;
  std::uint64_t at_among(std::uint64_t index) const;

  std::uint64_t first_ = 0, span_ = 0;
  std::shared_ptr<const Holes> holes_;  // null: one run
};

/// Gathers numbers as they come, in memory for those that differ.
class RunsBuilder {
 public:
  void add(std::uint64_t first, std::uint64_t count) {
    Runs::Run& recent = recent_[first % recent_.size()];
    const Runs::Run run{first, count};
    if (run == recent || count == 0) return;
    recent = run;
    append(run);
  }
  Runs take() { return Runs(std::move(runs_)); }

 private:
  void append(const Runs::Run& run);

  std::array<Runs::Run, 1024> recent_{};  // what was added last, by its first number
  std::vector<Runs::Run> runs_;
  std::size_t merge_at_ = std::size_t{1} << 16;
};

}  // namespace faultpath::models
