// Mapping and pinning with their accounts.
#include "models/memory/io_mapping.hpp"

#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kMap{1, "map"};
constexpr EntryKind kUnmap{2, "unmap"};
constexpr EntryKind kPin{3, "pin"};
constexpr EntryKind kUnpin{4, "unpin"};

}  // namespace

IoMapping::IoMapping(sim::Simulation& simulation, PageStore& store, const StatisticsWindow& window,
                     std::string path)
    : path_(std::move(path)),
      simulation_(simulation),
      store_(store),
      window_(window),
      journal_(simulation, path_) {}

void IoMapping::add(sim::Gauge& gauge, std::int64_t pages) {
  gauge.add(simulation_.now(), pages * static_cast<std::int64_t>(kPageBytes));
}

void IoMapping::map(AddressSpace& space, IovaPage page) {
  space.map(page);
  if (!space.tracks_use) store_.at(space.id_of(page)).set(kDirty);
  ++ever_mapped_;
  stats_.pages_mapped += counted();
  add(stats_.mapped_bytes, 1);
  journal_.note(simulation_.now(), kMap, page.value);
}

void IoMapping::unmap(AddressSpace& space, IovaPage page) {
  space.unmap(page);
  stats_.pages_unmapped += counted();
  add(stats_.mapped_bytes, -1);
  journal_.note(simulation_.now(), kUnmap, page.value);
}

void IoMapping::pin(AddressSpace& space, IovaPage page) {
  PageState& state = store_.at(space.id_of(page));
  ENSURE_IN(space.name(), !state.has(kPinned), "a page is pinned once");
  state.set(kPinned);
  stats_.pages_pinned += counted();
  add(stats_.locked_bytes, 1);
  journal_.note(simulation_.now(), kPin, page.value);
}

void IoMapping::unpin(AddressSpace& space, IovaPage page) {
  PageState& state = store_.at(space.id_of(page));
  ENSURE_IN(space.name(), state.has(kPinned) && !state.has(kMapped),
            "a page is unpinned after it has left the I/O page table");
  state.clear(kPinned);
  add(stats_.locked_bytes, -1);
  journal_.note(simulation_.now(), kUnpin, page.value);
}

void IoMapping::map_and_pin_everything(AddressSpace& space) {
  space.map_everything();
  const auto pages = static_cast<std::int64_t>(space.pages());
  if (counted()) {
    stats_.pages_mapped += space.pages();
    stats_.pages_pinned += space.pages();
  }
  add(stats_.mapped_bytes, pages);
  add(stats_.locked_bytes, pages);
  journal_.note(simulation_.now(), kPin, space.pages());
}

}  // namespace faultpath::models
