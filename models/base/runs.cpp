// Merging, finding and cutting runs.
#include "models/base/runs.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace faultpath::models {
namespace {

std::vector<Runs::Run> merged(std::vector<Runs::Run> runs) {
  if (!std::ranges::is_sorted(runs, {}, &Runs::Run::first)) {
    std::ranges::sort(runs, {}, &Runs::Run::first);
  }
  auto last = runs.begin();  // of those that are done
  for (const Runs::Run& run : runs) {
    if (run.count == 0) continue;
    if (last == runs.begin() || run.first > std::prev(last)->first + std::prev(last)->count) {
      *last++ = run;
      continue;
    }
    Runs::Run& before = *std::prev(last);
    before.count = std::max(before.count, run.first + run.count - before.first);
  }
  runs.erase(last, runs.end());
  return runs;
}

}  // namespace

Runs::Runs(std::vector<Run> runs) {
  runs = merged(std::move(runs));
  if (runs.empty()) return;
  first_ = runs.front().first;
  span_ = runs.back().first + runs.back().count - first_;
  if (runs.size() == 1) return;
  auto holes = std::make_shared<Holes>();
  holes->runs.reserve(runs.size());
  for (const Run& run : runs) {
    holes->runs.push_back({run.first, run.count, holes->count});
    holes->count += run.count;
  }
  holes_ = std::move(holes);
}

const Runs::Indexed* Runs::find(std::uint64_t number) const {
  const std::vector<Indexed>& runs = holes_->runs;
  const Indexed& recent = runs[holes_->recent];
  if (number - recent.first < recent.count) return &recent;
  const auto after = std::ranges::upper_bound(runs, number, {}, &Indexed::first);
  if (after == runs.begin()) return nullptr;
  const auto at = std::prev(after);
  if (number - at->first >= at->count) return nullptr;
  holes_->recent = static_cast<std::size_t>(at - runs.begin());
  return &*at;
}

std::uint64_t Runs::index_among(std::uint64_t number) const {
  const Indexed& run = *find(number);
  return run.index + (number - run.first);
}

std::uint64_t Runs::at_among(std::uint64_t index) const {
  const auto after = std::ranges::upper_bound(holes_->runs, index, {}, &Indexed::index);
  const Indexed& run = *std::prev(after);
  return run.first + (index - run.index);
}

std::vector<Runs::Run> Runs::list() const {
  std::vector<Run> runs;
  if (one() && !empty()) runs.push_back({first_, span_});
  if (one()) return runs;
  for (const Indexed& run : holes_->runs) runs.push_back({run.first, run.count});
  return runs;
}

Runs Runs::groups(unsigned bits) const {
  std::vector<Run> groups;
  for (const Run& run : list()) {
    const std::uint64_t first = run.first >> bits;
    groups.push_back({first, ((run.first + run.count - 1) >> bits) - first + 1});
  }
  return Runs(std::move(groups));
}

std::vector<Runs::Run> Runs::within(std::uint64_t first, std::uint64_t count) const {
  std::vector<Run> parts;
  for (const Run& run : list()) {
    const std::uint64_t begin = std::max(first, run.first);
    const std::uint64_t end = std::min(first + count, run.first + run.count);
    if (begin < end) parts.push_back({begin, end - begin});
  }
  return parts;
}

void RunsBuilder::append(const Runs::Run& run) {
  runs_.push_back(run);
  if (runs_.size() < merge_at_) return;
  runs_ = merged(std::move(runs_));
  merge_at_ = std::max(merge_at_, 2 * runs_.size());
}

}  // namespace faultpath::models
