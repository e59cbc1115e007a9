// When each source acts, and on what.
#include "models/memory/notifier_sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/distribution.hpp"

namespace faultpath::models {
namespace {

/// Never zero: a service that waits for no time would never let others go on.
sim::Duration at_least_a_step(sim::Duration gap) { return std::max(gap, sim::picoseconds(1)); }

bool is_chosen(const Area& area, const NotifierSpec& spec) {
  return area.there > 0 && (!spec.area || *spec.area == area.name);
}

}  // namespace

NotifierSources::NotifierSources(Setting setting) : setting_(std::move(setting)) {}

void NotifierSources::start(ProcessMemory& process) {
  if (!process.layout.declared()) return;
  for (std::size_t i = 0; i < setting_.spec.notifiers.size(); ++i) {
    const NotifierSpec& spec = setting_.spec.notifiers[i];
    setting_.simulation.start_service(source(process, spec, i), setting_.path.c_str());
  }
}

sim::Process NotifierSources::source(ProcessMemory& process, const NotifierSpec& spec,
                                     std::uint64_t number) {
  const NotifierTraits& traits = traits_of(spec.kind);
  sim::RandomStream stream = setting_.simulation.stream(
      process.name(), fmt::format("notifier {} {}", number, traits.name));
  const sim::Distribution gap(sim::ExponentialSpec{sim::transfer_time(1, spec.rate)});
  for (;;) {
    co_await setting_.simulation.daemon_delay(at_least_a_step(gap(stream)),
                                              {"the next range", process.name().c_str()});
    if (process.is_killed()) co_return;
    const Range range = choose(process, spec, stream);
    if (range.pages == 0) continue;
    stats_.notifier_ranges += counted();
    co_await act(spec, process, range, stream);
  }
}

// By pages: each range of all areas is as likely as any other.
NotifierSources::Range NotifierSources::choose(const ProcessMemory& process,
                                               const NotifierSpec& spec,
                                               sim::RandomStream& stream) const {
  const std::uint64_t bytes = spec.range.value_or(traits_of(spec.kind).range);
  const std::uint64_t pages = std::max<std::uint64_t>(setting_.spec.page_size.pages_in(bytes), 1);
  const auto slots = [&](const Area& area) {
    const std::uint64_t begin = area.first().value / pages;
    return is_chosen(area, spec) ? (area.end().value - 1) / pages - begin + 1 : 0;
  };
  std::uint64_t all = 0;
  for (const Area& area : process.layout.all()) all += slots(area);
  if (all == 0) return {};
  std::uint64_t slot = stream.below(all);
  for (const Area& area : process.layout.all()) {
    const std::uint64_t here = slots(area);
    if (slot >= here) {
      slot -= here;
      continue;
    }
    const std::uint64_t begin = (area.first().value / pages + slot) * pages;
    const std::uint64_t first = std::max(begin, area.first().value);
    return {IovaPage{first}, std::min(begin + pages, area.end().value) - first};
  }
  return {};
}

// Who changes the address space holds the lock for writing; the scanners of NUMA balancing and
// MADV_DONTNEED hold it for reading, like a fault.
sim::Task<> NotifierSources::act(const NotifierSpec& spec, ProcessMemory& process, Range range,
                                 sim::RandomStream& stream) {
  Worker worker(setting_.processor, sim::Priority::background);
  std::optional<sim::RwLockHold> lock;
  if (traits_of(spec.kind).writes_lock) {
    lock.emplace(co_await process.mmap_lock.write());
  } else {
    lock.emplace(co_await process.mmap_lock.read());
  }
  co_await worker.enter();
  switch (spec.kind) {
    case NotifierKind::ksm:
      co_await protect(process, range, worker, true);
      break;
    case NotifierKind::mprotect:
      co_await protect(process, range, worker, false);
      break;
    case NotifierKind::numa:
      if (spec.moves) misplace(process, range, *spec.moves, stream);
      co_await hint(process, range, worker);
      break;
    case NotifierKind::khugepaged:
      co_await collapse(process, HugePages::first_of(range.first), worker);
      break;
    case NotifierKind::compaction:
      co_await migrate(process, range, worker);
      break;
    case NotifierKind::fork:
      co_await fork(process, spec.child, worker);
      break;
    case NotifierKind::madvise:
      co_await give_back(process, range, worker);
      break;
  }
  co_await worker.pay();
}

}  // namespace faultpath::models
