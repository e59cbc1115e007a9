// Balance of the lists, and from which of them reclaim takes next.
#include "models/memory/lruvec.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/address.hpp"

namespace faultpath::models {
namespace {

constexpr std::size_t kAnonymous = 0, kOfFileType = 1;
constexpr std::uint64_t kWriteCost = 32;  // of a page, in scans (Linux, SWAP_CLUSTER_MAX)
constexpr std::uint32_t kMostSwappiness = 200;

}  // namespace

Lruvec::Lruvec(FrameTable& frames, const ListsSpec& spec, PageSize size)
    : frames_(frames),
      spec_(spec),
      size_(size),
      types_(spec.kind == PageLists::four ? 2 : 1),
      inactive_{FrameList(frames), FrameList(frames)},
      active_{FrameList(frames), FrameList(frames)} {}

std::uint64_t Lruvec::size() const { return inactive_[0].size() + inactive_[1].size() + active(); }

std::uint64_t Lruvec::active() const { return active_[0].size() + active_[1].size(); }

std::size_t Lruvec::type_of(FrameNumber frame) const {
  return types_ == 2 && frames_.at(frame).has(kOfFile) ? kOfFileType : kAnonymous;
}

void Lruvec::push_inactive(FrameNumber frame) {
  frames_.at(frame).clear(kActive);
  inactive_[type_of(frame)].push_back(frame);
}

void Lruvec::push_active(FrameNumber frame) {
  frames_.at(frame).set(kActive);
  active_[type_of(frame)].push_back(frame);
}

void Lruvec::add(FrameNumber frame, bool of_file) {
  Frame& state = frames_.at(frame);
  state.clear(kOfFile | kReferenced);
  if (of_file) state.set(kOfFile);
  push_inactive(frame);
}

void Lruvec::add_active(FrameNumber frame, bool of_file) {
  add(frame, of_file);
  if (spec_.kind == PageLists::one) return;
  remove(frame);
  push_active(frame);
}

void Lruvec::remove(FrameNumber frame) {
  const Frame& state = frames_.at(frame);
  if (!state.has(kListed)) return;
  (state.has(kActive) ? active_ : inactive_)[type_of(frame)].remove(frame);
}

std::uint64_t Lruvec::active_ratio(std::uint64_t pages, PageSize size) {
  const std::uint64_t gib = size.bytes_of(pages) >> 30;
  return gib == 0 ? 1 : static_cast<std::uint64_t>(std::sqrt(static_cast<double>(10 * gib)));
}

// Two lists keep the balance of a small memory.
bool Lruvec::is_unbalanced(std::size_t type) const {
  const std::uint64_t inactive = inactive_[type].size(), active = active_[type].size();
  const bool small = spec_.kind != PageLists::four;
  return inactive * (small ? 1 : active_ratio(inactive + active, size_)) < active;
}

FrameNumber Lruvec::pop_inactive(bool both) {
  FrameList& list = inactive_[next_type(both)];
  return list.empty() ? kNoFrame : list.pop_front();
}

// In proportion to what is on the inactive lists and to the shares; what one lacks, the other
// gives.
std::size_t Lruvec::next_type(bool both) {
  if (types_ == 2 && !both) return kOfFileType;
  if (types_ == 1 || inactive_[kOfFileType].empty()) return kAnonymous;
  if (inactive_[kAnonymous].empty()) return kOfFileType;
  const Shares shares = scan_shares(spec_.swappiness, costs_[kAnonymous], costs_[kOfFileType]);
  const double anonymous = static_cast<double>(inactive_[kAnonymous].size()) * shares.anonymous;
  const double file = static_cast<double>(inactive_[kOfFileType].size()) * shares.file;
  turn_ += file / (anonymous + file);
  if (turn_ < 1.0) return kAnonymous;
  turn_ -= 1.0;
  return kOfFileType;
}

Lruvec::Shares Lruvec::scan_shares(std::uint32_t swappiness, std::uint64_t anonymous_cost,
                                   std::uint64_t file_cost) {
  const std::uint64_t sum = anonymous_cost + file_cost;
  const std::uint64_t anonymous = sum + anonymous_cost, file = sum + file_cost;
  const std::uint64_t total = anonymous + file;
  const std::uint64_t ap = swappiness * (total + 1) / (anonymous + 1);
  const std::uint64_t fp = (kMostSwappiness - swappiness) * (total + 1) / (file + 1);
  const double both = static_cast<double>(ap + fp);
  return {static_cast<double>(ap) / both, static_cast<double>(fp) / both};
}

// Linux gives the page of one use another round, and makes it active when it was used in two; a
// dirty page of a file that was used before has a round more. Source: folio_check_references().
bool Lruvec::stays(FrameNumber frame, bool used, bool dirty) {
  if (spec_.kind != PageLists::four) {
    if (!used) return false;
    spec_.kind == PageLists::one ? push_inactive(frame) : push_active(frame);
    return true;
  }
  Frame& state = frames_.at(frame);
  const bool referenced = state.has(kReferenced);
  state.clear(kReferenced);
  if (!used && !(referenced && dirty && state.has(kOfFile))) return false;
  note_cost(type_of(frame), 1);
  if (used && referenced) {
    push_active(frame);
    return true;
  }
  if (used) state.set(kReferenced);
  push_inactive(frame);
  return true;
}

void Lruvec::note_written(FrameNumber frame) {
  if (types_ == 2) note_cost(type_of(frame), kWriteCost);
}

// Both fade when they have become large. Source: Linux, lru_note_cost().
void Lruvec::note_cost(std::size_t type, std::uint64_t cost) {
  costs_[type] += cost;
  if (costs_[0] + costs_[1] <= size() / 4) return;
  for (std::uint64_t& each : costs_) each /= 2;
}

std::uint64_t Lruvec::beside_inactive(bool of_file) const {
  if (types_ == 1) return active();
  return active() + inactive_[of_file ? kAnonymous : kOfFileType].size();
}

}  // namespace faultpath::models
