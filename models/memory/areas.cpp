// Placing and finding areas.
#include "models/memory/areas.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

std::vector<std::uint64_t> pages_of_folios(const AreaSpec& spec, PageSize size) {
  std::vector<std::uint64_t> pages;
  for (const std::uint64_t bytes : spec.folios) pages.push_back(size.pages_in(bytes));
  std::ranges::sort(pages, std::greater{});
  return pages;
}

bool holds(const Area& area, IovaPage page) {
  return page.value - area.pages.first < area.pages.count;
}

}  // namespace

std::vector<Runs::Run> Areas::places(const std::vector<AreaSpec>& specs, PageSize size) {
  std::vector<Runs::Run> places;
  std::uint64_t next = 0;
  for (const AreaSpec& spec : specs) {
    const std::uint64_t first = spec.at ? size.pages_in(*spec.at) : next;
    places.push_back({first, size.pages_for(spec.size)});
    next = first + places.back().count;
  }
  return places;
}

Areas::Areas(const std::vector<AreaSpec>& specs, PageSize size) {
  const std::vector<Runs::Run> where = places(specs, size);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const AreaSpec& spec = specs[i];
    const std::uint64_t there = spec.file_size ? size.pages_for(*spec.file_size) : where[i].count;
    areas_.push_back({.name = spec.name,
                      .pages = where[i],
                      .there = std::min(there, where[i].count),
                      .kind = spec.kind,
                      .shared = spec.shared || spec.kind == Backing::shared,
                      .writable = spec.access == AreaSpec::Access::read_write,
                      .huge = spec.huge,
                      .advice = spec.advice,
                      .folios = pages_of_folios(spec, size),
                      .userfaultfd = spec.userfaultfd,
                      .mlock = spec.mlock,
                      .history = {}});
  }
  std::ranges::sort(areas_, {}, [](const Area& area) { return area.pages.first; });
  for (std::size_t i = 1; i < areas_.size(); ++i) {
    const Runs::Run& before = areas_[i - 1].pages;
    ENSURE(areas_[i].pages.first >= before.first + before.count, "areas do not overlap");
  }
}

Runs Areas::pages() const {
  std::vector<Runs::Run> runs;
  for (const Area& area : areas_) runs.push_back({area.pages.first, area.there});
  return Runs(std::move(runs));
}

const Area* Areas::find(IovaPage page) const {
  if (areas_.empty()) return nullptr;
  if (holds(areas_[recent_], page)) return &areas_[recent_];
  const auto first_of = [](const Area& area) { return area.pages.first; };
  const auto after = std::ranges::upper_bound(areas_, page.value, {}, first_of);
  if (after == areas_.begin() || !holds(*std::prev(after), page)) return nullptr;
  recent_ = static_cast<std::size_t>(std::prev(after) - areas_.begin());
  return &areas_[recent_];
}

}  // namespace faultpath::models
