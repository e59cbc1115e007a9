// Runs: a sparse set of numbers, such as the pages of a space, and the index of each number in it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace faultpath::models {

/// Numbers of pages, or of tables of one level, as ascending runs with gaps between them. The index
/// of a number is the count of the set's numbers below it. Memory grows with the number of runs and
/// not with their length. A look-up in a set of one run takes a subtraction and a comparison; in a
/// set of several runs it is a binary search, which begins at the run that was found last.
class Runs {
 public:
  struct Run {
    std::uint64_t first = 0, count = 0;
    bool operator==(const Run&) const = default;
  };

  Runs() = default;
  Runs(std::uint64_t first, std::uint64_t count) : first_(first), span_(count) {}
  /// The runs may come in any order; they may overlap, touch or be empty.
  explicit Runs(std::vector<Run> runs);

  bool empty() const { return span_ == 0; }
  /// The set is one run.
  bool one() const { return holes_ == nullptr; }
  /// The lowest number; last() is the highest. Both require that the set is not empty.
  std::uint64_t first() const { return first_; }
  std::uint64_t last() const { return first_ + span_ - 1; }
  /// How many numbers lie from the first to the last, those in gaps included.
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
  /// The runs of the set inside the `count` numbers from `first` on.
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

/// Collects numbers that come in any order. Repeated numbers take no further memory.
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

  std::array<Runs::Run, 1024> recent_{};  // runs that were added lately, by their first number
  std::vector<Runs::Run> runs_;
  std::size_t merge_at_ = std::size_t{1} << 16;
};

}  // namespace faultpath::models
