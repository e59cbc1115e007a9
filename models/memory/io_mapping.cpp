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

IoMapping::IoMapping(sim::Simulation& simulation, const StatisticsWindow& window, std::string path,
                     const MappingSpec& rules, PageSize size)
    : path_(std::move(path)),
      simulation_(simulation),
      window_(window),
      size_(size),
      accounts_(rules, size),
      journal_(simulation, path_) {}

void IoMapping::add(sim::Gauge& gauge, std::int64_t pages) {
  gauge.add(simulation_.now(), pages * static_cast<std::int64_t>(size_.bytes()));
}

void IoMapping::map(IoPageTable& table, IovaPage page) {
  table.map(page);
  if (is_write_protected(table.process(), page)) {
    table.make_read_only(page);
  } else if (!table.tracks_use) {
    table.process().page(page).set(kDirty);
  }
  ++ever_mapped_;
  stats_.pages_mapped += counted();
  add(stats_.mapped_bytes, 1);
  journal_.note(simulation_.now(), kMap, page.value);
}

void IoMapping::unmap(IoPageTable& table, IovaPage page) {
  table.unmap(page);
  stats_.pages_unmapped += counted();
  add(stats_.mapped_bytes, -1);
  journal_.note(simulation_.now(), kUnmap, page.value);
}

void IoMapping::pin(IoPageTable& table, IovaPage page) {
  IoEntry& entry = table.entry(page);
  ENSURE_IN(table.name(), !entry.has(kPinnedByTable), "a table pins a page once");
  entry.set(kPinnedByTable);
  const std::uint32_t others = table.process().frame(page).pins++;
  stats_.pages_pinned += counted();
  add(stats_.locked_bytes, static_cast<std::int64_t>(accounts_.pin(table.process(), others)));
  journal_.note(simulation_.now(), kPin, page.value);
}

void IoMapping::unpin(IoPageTable& table, IovaPage page) {
  const IoEntry& entry = table.entry(page);
  ENSURE_IN(table.name(), entry.has(kPinnedByTable) && !entry.has(kMapped),
            "a page is unpinned after it has left the I/O page table");
  uncharge(table, page);
}

void IoMapping::let_go(IoPageTable& table, IovaPage page) {
  const IoEntry& entry = table.entry(page);
  ENSURE_IN(table.name(), entry.has(kPinnedByTable) && entry.has(kMapped),
            "a page that is let go stays in the I/O page table");
  uncharge(table, page);
}

void IoMapping::uncharge(IoPageTable& table, IovaPage page) {
  table.entry(page).clear(kPinnedByTable);
  const std::uint32_t others = --table.process().frame(page).pins;
  add(stats_.locked_bytes, -static_cast<std::int64_t>(accounts_.unpin(table.process(), others)));
  journal_.note(simulation_.now(), kUnpin, page.value);
}

void IoMapping::map_and_pin_everything(IoPageTable& table) {
  table.map_everything();
  const auto pages = static_cast<std::int64_t>(table.pages());
  if (counted()) {
    stats_.pages_mapped += table.pages();
    stats_.pages_pinned += table.pages();
  }
  add(stats_.mapped_bytes, pages);
  add(stats_.locked_bytes, static_cast<std::int64_t>(accounts_.pin_whole(table.process())));
  journal_.note(simulation_.now(), kPin, table.pages());
}

}  // namespace faultpath::models
