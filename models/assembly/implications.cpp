// What a spec says between the lines.
#include "models/assembly/implications.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

#include "models/assembly/guest_implications.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/operation_sizes.hpp"
#include "models/assembly/reach.hpp"
#include "models/device/reactions/fault_reaction.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/kernel/eras.hpp"

namespace faultpath::models {
namespace {

// Between two operations, when the engine is the bottleneck. What loses operations can be faster:
// it begins a burst whenever the last one has failed.
sim::Duration interval_of(const DeviceLinks& links, std::uint64_t bytes, std::uint64_t burst,
                          bool losing) {
  const sim::Duration transfer = sim::transfer_time(bytes, links.bandwidth);
  if (!losing) return transfer;
  const auto failing = 2 * links.latency.count() / static_cast<std::int64_t>(burst);
  const double rate = 1.0 / static_cast<double>(transfer.count()) +
                      1.0 / static_cast<double>(std::max<std::int64_t>(failing, 1));
  return sim::Duration{static_cast<std::int64_t>(1.0 / rate)};
}

// What a bound refuses, and what is not there or may not be written, is answered Invalid.
bool may_fail_faults(const SystemSpec& spec) {
  const auto has_areas = [](const ProcessSpec& process) { return !process.areas.empty(); };
  const auto may_fail = [&](const GuestMachineSpec& guest) {
    return guest.swap.size || std::ranges::any_of(guest.processes, has_areas);
  };
  return spec.host.memory_cgroup.max || spec.host.swap.size || spec.host.mapping.memlock ||
         std::ranges::any_of(spec.processes, has_areas) ||
         std::ranges::any_of(spec.guests, may_fail);
}

// An answer to a fault comes with as many pages as are mapped forward from it.
std::uint64_t pages_an_answer(const StrategySpec& strategy) {
  return std::visit(
      [](const auto& kind) -> std::uint64_t {
        if constexpr (requires { kind.premap; }) return kind.premap;
        return 1;
      },
      strategy.kind);
}

// Bytes that are brought after the answer to a page event.
std::uint64_t prefetched(const StrategySpec& strategy) {
  const auto* const odp = std::get_if<OdpSpec>(&strategy.kind);
  return odp != nullptr ? odp->prefetch : 0;
}

std::uint64_t most_prefetched(const SystemSpec& spec) {
  std::uint64_t most = prefetched(spec.strategy);
  for (const AttachedDeviceSpec& device : spec.devices) {
    if (device.strategy) most = std::max(most, prefetched(*device.strategy));
    for (const ContextSpec& context : device.own_contexts) {
      if (context.strategy) most = std::max(most, prefetched(*context.strategy));
    }
  }
  return spec.host.page_size.pages_in(most);
}

std::vector<sim::Duration> reset_times(const ResetSpec& spec,
                                       std::optional<sim::Duration> duration) {
  std::vector<sim::Duration> times = spec.at;
  if (!spec.every || !duration) return times;
  for (sim::Duration left = *duration; left > *spec.every;) {
    left -= *spec.every;
    times.push_back(*duration - left);
  }
  return times;
}

}  // namespace

// Whoever closes a queue answers nothing more, and a group that is larger than the buffer of a
// read() stays at its head.
bool user_space_may_withhold(const SystemSpec& spec) {
  const UserReadersSpec* const user = spec.route.user();
  if (user == nullptr) return false;
  const bool stalls = info_of(spec.iommu.kind).stalls;
  return std::ranges::find(user->events, UserAction::close, &UserEventSpec::action) !=
             user->events.end() ||
         std::ranges::any_of(spec.devices, [&](const DeviceSpec& device) {
           const UserHandlingSpec handling = handling_of(*user, device.name);
           const bool silent = handling.answers == UserAnswers::never && handling.share > 0.0;
           return silent || (!stalls && device.pri.group > user->records);
         });
}

bool loses_answers(const SystemSpec& spec) {
  return spec.host.iopf.lost.share > 0.0 || user_space_may_withhold(spec) || guests_may_lose(spec);
}

// A time-out acts within two of its periods, and a reset takes its time.
sim::Duration longest_wait_for_answers(const SystemSpec& spec) {
  const IopfCoreSpec& iopf = spec.host.iopf;
  sim::Duration longest = iopf.lost.late.value_or(sim::Duration::zero());
  if (answers_early(spec)) longest += 2 * iopf.timeout.after;
  sim::Duration reset{};
  for (const DeviceSpec& device : spec.devices) reset = std::max(reset, device.reset.length());
  return longest + reset + longest_wait_for_guests(spec);
}

bool refuses(const SystemSpec& spec) {
  return std::ranges::any_of(spec.devices, [](const AttachedDeviceSpec& device) {
    return std::ranges::any_of(device.own_contexts, &ContextSpec::refused);
  });
}

bool answers_each_refused_request(const SystemSpec& spec) {
  return refuses(spec) && rules_of(spec.host.era).looks_up_every_request;
}

bool resets(const SystemSpec& spec) {
  return spec.host.iopf.timeout.action == TimeoutAction::failure_reset;
}

bool answers_early(const SystemSpec& spec) {
  return spec.host.iopf.timeout.action == TimeoutAction::invalid || resets(spec);
}

bool may_lose(const SystemSpec& spec, const DeviceSpec& device) {
  const auto silent = [](const DeviceSpec& d) { return d.ats.ignores_invalidations; };
  const UserReadersSpec* const user = spec.route.user();
  const bool changes_queues = user != nullptr && !user->events.empty();
  return !spec.iommu.events.empty() || changes_queues || loses_answers(spec) ||
         answers_early(spec) || refuses(spec) || answers_for_guests(spec) ||
         may_fail_faults(spec) || !device.pri.enabled || terminates_every_fault(spec.iommu.kind) ||
         std::ranges::any_of(spec.devices, silent) || !device.ats.enabled ||
         !device.nonfaultable.empty() || !device.stops.empty() ||
         make_fault_reaction(device.on_fault)->may_lose();
}

bool drains(const SystemSpec& spec) {
  return !spec.iommu.events.empty() || resets(spec) ||
         std::ranges::any_of(spec.devices, [](const DeviceSpec& d) {
           return d.reset.every || !d.reset.at.empty() || !d.stops.empty() ||
                  d.stop_at_end != StopAtEnd::never;
         });
}

std::uint64_t patience(const SystemSpec& spec) {
  constexpr std::uint64_t kPages = 200'000, kFewest = 20'000;  // assumed
  // A prefetch takes as long as hundreds of answers.
  constexpr std::uint64_t kFewestWithPrefetch = 1'000;  // assumed
  std::uint64_t pages = pages_an_answer(spec.strategy);
  for (const AttachedDeviceSpec& device : spec.devices) {
    if (device.strategy) pages = std::max(pages, pages_an_answer(*device.strategy));
    for (const ContextSpec& context : device.own_contexts) {
      if (context.strategy) pages = std::max(pages, pages_an_answer(*context.strategy));
    }
  }
  for (const GuestMachineSpec& guest : spec.guests) {
    pages = std::max(pages, pages_an_answer(guest.backing));
  }
  std::uint64_t groups = std::max(kFewest, kPages / pages);
  if (const std::uint64_t ahead = most_prefetched(spec); ahead > 0) {
    groups = std::max(kFewestWithPrefetch, kPages / ahead);
  }
  for (const DeviceSpec& device : spec.devices) {
    groups += std::uint64_t{device.count} * device.pri.allocation;
  }
  return groups;
}

std::vector<Incident> incidents_of(const SystemSpec& spec, const DeviceSpec& device) {
  std::vector<Incident> incidents;
  const std::string& physical = device.virtual_function_of.value_or(device.name);
  for (const DeviceSpec& other : spec.devices) {
    if (other.virtual_function_of.value_or(other.name) != physical) continue;
    const bool own = &other == &device;
    const bool above = !own && other.name == physical;
    for (const sim::Duration at : reset_times(other.reset, spec.run.stop.duration)) {
      const Incident::Kind kind = own || above ? Incident::Kind::reset : Incident::Kind::none;
      incidents.push_back({.kind = kind,
                           .at = at,
                           .interface = own && !device.virtual_function_of,
                           .duration = other.reset.length()});
    }
    for (const ContextStopSpec& stop : other.stops) {
      incidents.push_back({.kind = own ? Incident::Kind::stop : Incident::Kind::none,
                           .at = stop.at,
                           .context = stop.context,
                           .marker = stop.marker});
    }
  }
  std::ranges::stable_sort(incidents, {}, &Incident::at);
  return incidents;
}

void announce(StopControl& stop, const DeviceSpec& spec, const DeviceLinks& links,
              const Trace& trace, bool losing) {
  const WorkloadSpec& workload = spec.workload;
  const sim::Duration round_trip = 2 * links.latency;
  if (!workload.queue_depth) return stop.add_device(0, sim::Duration::zero(), round_trip);
  const std::uint64_t smallest = operation_sizes(spec, trace).smallest;
  const std::uint64_t burst = std::uint64_t{*workload.queue_depth} * spec.contexts;
  stop.add_device(burst, interval_of(links, smallest, burst, losing), round_trip);
}

std::vector<PageRange> nonfaultable_among(const DeviceSpec& spec, const Trace& trace,
                                          PageSize size) {
  if (spec.nonfaultable.empty()) return {};
  return nonfaultable_of(spec.nonfaultable, reach_of(spec, trace, size), size);
}

}  // namespace faultpath::models
