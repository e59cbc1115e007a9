// Stage profile: how the stages share a latency, for the latencies around a quantile.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/histogram.hpp"
#include "sim/time.hpp"

namespace faultpath::sim {

/// Sums the stages of items by the bucket of their latency, so that the stages at a quantile of the
/// latency can be told. (Quantiles of single stages do not sum to a quantile of the latency.)
template <std::size_t Stages>
class StageProfile {
 public:
  using Spent = std::array<Duration, Stages>;

  /// Requires that the stages sum to the latency.
  void record(Duration latency, const Spent& spent) {
    Row& row = row_of(latency);
    ++row.count;
    for (std::size_t stage = 0; stage < Stages; ++stage) row.spent[stage] += spent[stage];
  }

  void merge(const StageProfile& other) {
    for (std::size_t bucket = 0; bucket < other.slots_.size(); ++bucket) {
      if (other.slots_[bucket] == 0) continue;
      const Row& from = other.rows_[other.slots_[bucket] - 1];
      Row& to = row_at(bucket);
      to.count += from.count;
      for (std::size_t stage = 0; stage < Stages; ++stage) to.spent[stage] += from.spent[stage];
    }
  }

  std::uint64_t count() const {
    std::uint64_t sum = 0;
    for (const Row& row : rows_) sum += row.count;
    return sum;
  }

  /// The share of each stage, of the items whose rank lies within a quarter of 1 - q of the
  /// quantile q, 0 < q < 1: for q = 0.99 those from 98.75 % to 99.25 %. A bucket counts by how much
  /// of it lies there. The shares sum to 1; all are 0 when there are no items, or none with a
  /// latency.
  std::array<double, Stages> shares_at(double q) const {
    const auto n = static_cast<double>(count());
    const double from = (q - (1.0 - q) / 4.0) * n;
    const double to = std::min((q + (1.0 - q) / 4.0) * n, n);
    std::array<double, Stages> sums{};
    double before = 0.0;
    for (const std::uint32_t slot : slots_) {
      if (slot == 0) continue;
      const Row& row = rows_[slot - 1];
      const auto items = static_cast<double>(row.count);
      const double inside = std::min(to, before + items) - std::max(from, before);
      before += items;
      if (inside <= 0.0) continue;
      for (std::size_t stage = 0; stage < Stages; ++stage)
        sums[stage] += static_cast<double>(row.spent[stage].count()) * (inside / items);
    }
    double whole = 0.0;
    for (const double sum : sums) whole += sum;
    for (double& sum : sums) sum = whole > 0.0 ? sum / whole : 0.0;
    return sums;
  }

 private:
  struct Row {
    std::uint64_t count = 0;
    Spent spent{};
  };

  Row& row_of(Duration latency) { return row_at(Histogram::bucket_of(latency)); }
  Row& row_at(std::size_t bucket) {
    if (bucket >= slots_.size()) slots_.resize(bucket + 1);
    if (slots_[bucket] == 0) {
      rows_.emplace_back();
      slots_[bucket] = static_cast<std::uint32_t>(rows_.size());
    }
    return rows_[slots_[bucket] - 1];
  }

  std::vector<std::uint32_t> slots_;  // by bucket: place of its row, from 1; 0: none yet
  std::vector<Row> rows_;
};

}  // namespace faultpath::sim
