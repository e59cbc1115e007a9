// What cannot be run although each value for itself is in its range.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>
#include <variant>

#include "models/assembly/guests_fault.hpp"
#include "models/assembly/implications.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/plan.hpp"
#include "models/assembly/reach.hpp"
#include "models/assembly/rules/address_problems.hpp"
#include "models/assembly/rules/area_problems.hpp"
#include "models/assembly/rules/asking_problems.hpp"
#include "models/assembly/rules/ats_problems.hpp"
#include "models/assembly/rules/dma_policy_problems.hpp"
#include "models/assembly/rules/guest_problems.hpp"
#include "models/assembly/rules/iommu_problems.hpp"
#include "models/assembly/rules/iopf_problems.hpp"
#include "models/assembly/rules/loop_problems.hpp"
#include "models/assembly/rules/memlock_problems.hpp"
#include "models/assembly/rules/memory_problems.hpp"
#include "models/assembly/rules/migration_problems.hpp"
#include "models/assembly/rules/page_size_problems.hpp"
#include "models/assembly/rules/process_problems.hpp"
#include "models/assembly/rules/size_problems.hpp"
#include "models/assembly/rules/stop_problems.hpp"
#include "models/assembly/rules/strategy_problems.hpp"
#include "models/assembly/rules/table_problems.hpp"
#include "models/assembly/rules/topology_problems.hpp"
#include "models/assembly/rules/user_route_problems.hpp"
#include "models/assembly/rules/workload_problems.hpp"
#include "models/assembly/run.hpp"
#include "models/memory/free_frames.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

class Finder {
 public:
  Finder(const SystemSpec& spec, const Plan& plan) : spec_(spec), plan_(plan) {}

  std::vector<SpecProblem> find() {
    include(guest_problems(spec_, plan_));
    include(migration_problems(spec_, plan_));
    include(user_route_problems(spec_, plan_));
    include(page_size_problems(spec_, plan_));
    check_host();
    check_iommu();
    include(topology_problems(spec_));
    include(ats_problems(spec_, plan_));
    include(iommu_problems(spec_));
    include(iopf_problems(spec_));
    include(size_problems(spec_, plan_));
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) check_device(i);
    if (is_possible()) check_requests();
    if (is_possible()) include(loop_problems(spec_));
    if (is_possible()) include(address_problems(spec_, plan_));
    if (is_possible()) include(memory_problems(spec_, plan_));
    if (is_possible()) include(memlock_problems(spec_, plan_));
    if (is_possible()) include(dma_policy_problems(plan_));
    if (is_possible()) include(area_reach_problems(spec_, plan_));
    if (is_possible()) include(strategy_problems(spec_, plan_));
    if (is_possible()) include(asking_problems(spec_, plan_));
    if (is_possible()) include(stop_problems(spec_, plan_));
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }
  // Nothing is wrong, although something may be unused.
  bool is_possible() const { return std::ranges::all_of(problems_, &SpecProblem::unused); }
  void include(std::vector<SpecProblem> problems) {
    for (SpecProblem& problem : problems) problems_.push_back(std::move(problem));
  }

  void check_cache(const std::string& path, std::uint32_t entries, std::uint32_t ways) {
    if (ways == 0 || entries == 0 || entries % ways != 0) {
      add(path + ".entries",
          fmt::format("{} entries are not a positive multiple of {} ways", entries, ways));
    }
  }

  void check_host() {
    const ReclaimSpec& reclaim = spec_.host.reclaim;
    if (reclaim.min > reclaim.low || reclaim.low > reclaim.high || reclaim.high >= 1.0) {
      add("host.reclaim.low", "the watermarks must rise: min, low, high, below 100%");
    }
    if (reclaim.watermarks == WatermarkRule::linux_zone &&
        watermarks_of(spec_.host).high >= spec_.host.page_size.pages_in(spec_.host.memory)) {
      add("host.memory", "is below the watermarks of a zone of Linux");
    }
  }

  void check_iommu() {
    const IommuSpec& iommu = spec_.iommu;
    if (iommu.queue_entries < 2 || !std::has_single_bit(iommu.queue_entries)) {
      add("iommu.queue_entries",
          fmt::format("{} is not a power of two from 2", iommu.queue_entries));
    }
    check_cache("iommu.iotlb", iommu.iotlb.entries, iommu.iotlb.ways);
    include(table_problems(spec_, plan_));
    const ConfigurationFormat& format = info_of(iommu.kind).configuration;
    check_depth("device_levels", iommu.configuration.device_levels, format.device);
    check_depth("process_levels", iommu.configuration.process_levels, format.process);
    check_optional_cache("iommu.walk_cache", iommu.walk_cache);
    check_optional_cache("iommu.second_stage.cache", iommu.second_stage.cache);
    check_optional_cache("iommu.second_stage.walk_cache", iommu.second_stage.walk_cache);
    if (iommu.levels.stage2 == 1 || iommu.levels.stage2 == 2) {
      add("iommu.levels.stage2",
          fmt::format("{} is neither 0, one stage, nor 3 to 5", iommu.levels.stage2));
    }
  }

  void check_depth(const std::string& key, const std::optional<std::uint32_t>& levels,
                   const TableDepth& depth) {
    if (!levels || (*levels >= depth.least && *levels <= depth.most)) return;
    add("iommu.configuration." + key,
        fmt::format("{} has {} to {} levels", info_of(spec_.iommu.kind).name, depth.least,
                    depth.most));
  }
  template <class Spec>
  void check_optional_cache(const std::string& path, const Spec& cache) {
    if (cache.entries > 0) check_cache(path, cache.entries, cache.ways);
  }

  void check_device(std::size_t index) {
    const AttachedDeviceSpec& device = spec_.devices[index];
    const std::string path = fmt::format("devices[{}]", index);
    check_cache(path + ".ats", device.ats.entries, device.ats.ways);
    const PriSpec& pri = device.pri;
    if (pri.allocation > pri.capacity) {
      add(path + ".pri.allocation",
          fmt::format("{} is above the capacity of {}", pri.allocation, pri.capacity));
    }
    if (pri.group > spec_.iommu.queue_entries && !info_of(spec_.iommu.kind).stalls) {
      add(path + ".pri.group", fmt::format("a group of {} never fits into iommu.queue_entries, {}",
                                           pri.group, spec_.iommu.queue_entries));
    }
    if (pri.group > pri.allocation) {
      add(path + ".pri.group", fmt::format("a group of {} needs more credits than the allocation "
                                           "of {}",
                                           pri.group, pri.allocation));
    }
    check_reaction(device, path);
    check_nonfaultable(index, path);
    check_function(index, path);
    check_incidents(index, path);
    include(workload_problems(spec_, index));
  }

  // A page request without PASID is answered by Failure (AMD).
  void check_requests() {
    if (spec_.iommu.kind != IommuKind::amd) return;
    for (std::size_t i = 0; i < plan_.devices.size(); ++i) {
      const Plan::Table& table = plan_.tables[plan_.devices[i].tables.front()];
      const StrategyTraits traits = traits_of(*table.strategy);
      if (plan_.devices[i].pasids || traits.forbids_faults() || traits.by_events) continue;
      add("iommu.kind", "amd answers page requests without PASID by Failure: use strategy sva");
      return;
    }
  }

  void check_reaction(const DeviceSpec& device, const std::string& path) {
    if (!std::holds_alternative<WaitSpec>(device.on_fault) &&
        spec_.iommu.kind == IommuKind::smmu_stall) {
      add(path + ".on_fault", "accesses stall in an smmu_stall, their device has to wait");
    }
  }

  // A physical function stands before its virtual functions, whose interface is its own.
  void check_function(std::size_t index, const std::string& path) {
    const DeviceSpec& device = spec_.devices[index];
    if (!device.virtual_function_of) return;
    const auto end = spec_.devices.begin() + static_cast<std::ptrdiff_t>(index);
    const auto physical = std::find_if(spec_.devices.begin(), end, [&](const DeviceSpec& other) {
      return other.name == *device.virtual_function_of;
    });
    const std::string key = path + ".virtual_function_of";
    if (physical == end) {
      return add(key, fmt::format("no device '{}' before it", *device.virtual_function_of));
    }
    if (physical->virtual_function_of || physical->count > 1 || !physical->ats.enabled) {
      add(key, fmt::format("'{}' is not one physical function with ATS", physical->name));
    }
    const PriSpec &own = device.pri, &shared = physical->pri;
    if (own.allocation != shared.allocation || own.capacity != shared.capacity ||
        own.response_pasid_required != shared.response_pasid_required) {
      add(path + ".pri", fmt::format("capacity, allocation and response_pasid_required must be as "
                                     "in '{}', whose interface it shares",
                                     physical->name));
    }
  }
  void check_incidents(std::size_t index, const std::string& path) {
    const AttachedDeviceSpec& device = spec_.devices[index];
    if (device.reset.every && !spec_.run.stop.duration) {
      add(path + ".reset.every", "resets come for as long as the run's duration: set it");
    }
    const bool is_reset = !device.reset.at.empty() || device.reset.every || resets(spec_);
    if (device.reset.duration && !is_reset) {
      add(path + ".reset.duration",
          "has no effect unless there is at or every, or host.iopf.timeout resets devices");
    }
    const bool pasids = plan_.devices[index].pasids;
    if (!device.stops.empty() && (!pasids || spec_.iommu.kind == IommuKind::smmu_stall)) {
      add(path + ".stops", "only a PASID can be stopped: use strategy sva and an iommu with PRI");
    }
    if (device.stop_at_end != StopAtEnd::never &&
        (!pasids || spec_.iommu.kind == IommuKind::smmu_stall || !device.ats.enabled)) {
      add(path + ".stop_at_end",
          "only a PASID can be stopped: use strategy sva, ATS and an iommu with PRI");
    }
    for (std::size_t i = 0; i < device.stops.size(); ++i) {
      if (device.stops[i].context >= device.contexts) {
        add(fmt::format("{}.stops[{}].context", path, i),
            fmt::format("there are {} contexts, from 0", device.contexts));
      }
    }
  }

  void check_nonfaultable(std::size_t index, const std::string& path) {
    const DeviceSpec& device = spec_.devices[index];
    if (device.nonfaultable.empty()) return;
    const Runs pages = reach_of(device, spec_.traces[index], spec_.host.page_size);
    if (pages.empty()) return;
    const std::uint64_t reach = spec_.host.page_size.bytes_of(pages.span());
    if (guests_fault(spec_.iommu) && !device.nonfaultable.empty()) {
      add(path + ".nonfaultable", "nothing pins the second stage: its backing is on_demand");
    }
    for (std::size_t i = 0; i < device.nonfaultable.size(); ++i) {
      const NonfaultableSpec& range = device.nonfaultable[i];
      if (range.offset > reach || range.length > reach - range.offset) {
        add(fmt::format("{}.nonfaultable[{}]", path, i),
            fmt::format("reaches beyond the {} bytes of the device's addresses", reach));
        continue;
      }
      if (nonfaultable_of({range}, pages, spec_.host.page_size).empty()) {
        add(fmt::format("{}.nonfaultable[{}]", path, i),
            "the device touches no page of this range");
      }
    }
  }

  const SystemSpec& spec_;
  const Plan& plan_;
  std::vector<SpecProblem> problems_;
};

}  // namespace

// Without devices, or with names that nobody has, there is no plan.
std::vector<SpecProblem> problems_of(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
  if (spec.devices.empty()) problems.push_back({"devices", "a scenario needs at least one device"});
  for (const auto& names : {process_problems(spec), guest_name_problems(spec)}) {
    problems.insert(problems.end(), names.begin(), names.end());
  }
  if (!std::ranges::all_of(problems, &SpecProblem::unused)) return problems;
  std::ranges::move(Finder(spec, plan_of(spec)).find(), std::back_inserter(problems));
  return problems;
}

}  // namespace faultpath::models
