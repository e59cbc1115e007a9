// Counters of parts, found by who feeds them; devices of parts, found in the plan.
#include "models/assembly/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

#include "models/assembly/stat_rows.hpp"

namespace faultpath::models {
namespace {

template <class Stats>
constexpr bool shares_no_counter() {
  for (const CounterRow<Stats>& row : StatRows<Stats>::kCounters) {
    if (any_feeds(StatsOfADevice{}, row.counter)) return false;
    if (row.also != nullptr && any_feeds(StatsOfADevice{}, row.also)) return false;
  }
  return true;
}
template <class... Stats>
constexpr bool share_no_counter(StatList<Stats...>) {
  return (shares_no_counter<Stats>() && ...);
}
static_assert(share_no_counter(StatsOfTheSystem{}),
              "a counter of devices has a part that belongs to none of them");

// By guest there are more: those that each guest counts for itself. The host counts some of them.
bool has_parts(Dimension dimension, std::uint64_t Counters::* counter) {
  return any_feeds(StatsOfADevice{}, counter) ||
         (dimension == Dimension::guest && any_feeds(StatsOfAGuest{}, counter));
}

class PartPlanner {
 public:
  PartPlanner(Dimension dimension, const SystemSpec& spec, const Plan& plan)
      : dimension_(dimension), spec_(spec), plan_(plan) {}

  PartPlan parts() {
    if (dimension_ == Dimension::guest) {
      for (const GuestMachineSpec& guest : spec_.guests) add(guest.name);
      add("host");
    }
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) {
      parts_.of_device.push_back(part_of(i));
    }
    return std::move(parts_);
  }

 private:
  std::size_t part_of(std::size_t device) {
    switch (dimension_) {
      case Dimension::device:
        return add(spec_.devices[device].name);
      case Dimension::guest:
        return guest_of(spec_.devices[device]);
      case Dimension::process:
        return processes_of(plan_.devices[device]);
    }
  }

  std::size_t guest_of(const AttachedDeviceSpec& device) const {
    if (!device.guest) return spec_.guests.size();
    const auto found = std::ranges::find(spec_.guests, *device.guest, &GuestMachineSpec::name);
    return static_cast<std::size_t>(found - spec_.guests.begin());
  }

  std::size_t processes_of(const Plan::Device& device) {
    std::vector<std::size_t> processes;  // each once
    for (const std::size_t table : device.tables) {
      const std::size_t process = plan_.tables[table].process;
      if (std::ranges::find(processes, process) == processes.end()) processes.push_back(process);
    }
    const auto known = by_processes_.find(processes);
    if (known != by_processes_.end()) return known->second;
    std::string name;
    for (const std::size_t process : processes) {
      name += (name.empty() ? "" : " + ") + plan_.processes[process].name;
    }
    return by_processes_[processes] = add(name);
  }

  std::size_t add(const std::string& name) {
    std::string free = name;
    for (int number = 2; std::ranges::find(parts_.names, free) != parts_.names.end(); ++number) {
      free = fmt::format("{} ({})", name, number);
    }
    parts_.names.push_back(std::move(free));
    return parts_.names.size() - 1;
  }

  Dimension dimension_;
  const SystemSpec& spec_;
  const Plan& plan_;
  PartPlan parts_;
  std::map<std::vector<std::size_t>, std::size_t> by_processes_;
};

}  // namespace

const std::vector<CounterInfo>& part_counter_table(Dimension dimension) {
  static const auto tables = [] {
    std::array<std::vector<CounterInfo>, kDimensions.size()> all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::ranges::copy_if(counter_table(), std::back_inserter(all[i]), [&](const CounterInfo& c) {
        return has_parts(static_cast<Dimension>(i), c.member);
      });
    }
    return all;
  }();
  return tables[static_cast<std::size_t>(dimension)];
}

PartPlan part_plan(Dimension dimension, const SystemSpec& spec, const Plan& plan) {
  return PartPlanner(dimension, spec, plan).parts();
}

}  // namespace faultpath::models
