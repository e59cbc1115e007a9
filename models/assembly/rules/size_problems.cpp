// An estimate of memory from the specs, in doubles: the products of extremes exceed 64 bits.
#include "models/assembly/rules/size_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "models/base/messages.hpp"
#include "models/device/function.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

// Of a translation in a cache, its key and its age; with the page states they are the only sizes
// that tests of those classes hold fast. The others are close.
constexpr double kTranslation = 16;
constexpr double kPage = 16;
constexpr double kContext = 512;   // its workload and random streams
constexpr double kOperation = 64;  // in a closed loop: its place in the schedule, twice
constexpr std::uint32_t kMostFunctions = 1U << 16;

struct Part {
  std::string path;
  double bytes;
};

double translations(const CacheSpec& cache) { return kTranslation * cache.entries; }
template <class S>
double of_levels(const S& cache, std::uint32_t levels) {
  return kTranslation * cache.entries * levels;
}

double resets_of(const DeviceSpec& device, const StopSpec& stop) {
  const auto listed = static_cast<double>(device.reset.at.size());
  if (!device.reset.every || !stop.duration) return listed;
  return listed + static_cast<double>(stop.duration->count()) /
                      static_cast<double>(device.reset.every->count());
}

// Devices that know when others of the same interface are reset.
double sharers_of(const SystemSpec& spec, const DeviceSpec& device) {
  const std::string& physical = device.virtual_function_of.value_or(device.name);
  double sharers = 0;
  for (const DeviceSpec& other : spec.devices) {
    if (other.virtual_function_of.value_or(other.name) == physical) sharers += other.count;
  }
  return sharers;
}

void add_device(const SystemSpec& spec, std::size_t index, std::vector<Part>& parts) {
  const DeviceSpec& device = spec.devices[index];
  const std::string path = fmt::format("devices[{}]", index);
  const double contexts = static_cast<double>(device.count) * device.contexts;
  parts.push_back({path + ".count", static_cast<double>(device.count) * sizeof(Function)});
  parts.push_back({path + ".ats.entries", kTranslation * device.count * device.ats.entries});
  parts.push_back({path + ".contexts", contexts * kContext});
  parts.push_back({path + ".workload.queue_depth",
                   contexts * kOperation * device.workload.queue_depth.value_or(0)});
  parts.push_back({path + (device.reset.every ? ".reset.every" : ".reset.at"),
                   sizeof(Incident) * sharers_of(spec, device) * resets_of(device, spec.run.stop)});
}

// Those that have frames from the start, once for each table.
void add_pages(const Plan& plan, std::vector<Part>& parts) {
  for (const Plan::Table& table : plan.tables) {
    const Plan::Process& process = plan.processes[table.process];
    if (!traits_of(*table.strategy).pins_all && !process.memory.populated) continue;
    const auto pages = static_cast<double>(process.pages.count());
    parts.push_back({fmt::format("devices[{}].workload", table.devices.front()),
                     kPage * static_cast<double>(table.count) * pages});
  }
}

std::vector<Part> parts_of(const SystemSpec& spec, const Plan& plan) {
  const IommuSpec& iommu = spec.iommu;
  const std::uint32_t stages = iommu.levels.stage2 > 0 ? 2 : 1;
  std::vector<Part> parts{
      {"iommu.queue_entries", static_cast<double>(sizeof(PageRequest)) * iommu.queue_entries},
      {"iommu.iotlb.entries", translations(iommu.iotlb)},
      {"iommu.walk_cache.entries", of_levels(iommu.walk_cache, iommu.levels.stage1)}};
  if (stages == 2) {
    const SecondStageSpec& second = iommu.second_stage;
    parts.push_back({"iommu.second_stage.cache.entries", of_levels(second.cache, 1)});
    parts.push_back({"iommu.second_stage.walk_cache.entries",
                     of_levels(second.walk_cache, iommu.levels.stage2)});
  }
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    add_device(spec, i, parts);
  }
  add_pages(plan, parts);
  return parts;
}

double sum_of(const std::vector<Part>& parts) {
  double sum = 0;
  for (const Part& part : parts) sum += part.bytes;
  return sum;
}

void check_state(const SystemSpec& spec, const Plan& plan, std::vector<SpecProblem>& problems) {
  const auto parts = parts_of(spec, plan);
  const double sum = sum_of(parts);
  if (sum <= static_cast<double>(kMostState)) return;
  const Part& largest = *std::ranges::max_element(parts, {}, &Part::bytes);
  problems.push_back(
      {largest.path,
       fmt::format("the run would hold about {:.3g} GiB, {:.3g} of them for this; at most {} GiB",
                   sum / kGiB, largest.bytes / kGiB, kMostState / kGiB)});
}

void check_functions(const SystemSpec& spec, std::vector<SpecProblem>& problems) {
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    const DeviceSpec& device = spec.devices[i];
    if (!device.virtual_function_of || sharers_of(spec, device) <= kMostFunctions) continue;
    problems.push_back({fmt::format("devices[{}].count", i),
                        fmt::format("at most {} functions share an interface", kMostFunctions)});
  }
}

// A space is pinned by one thread, in one go.
void check_attach(const SystemSpec& spec, const Plan& plan, std::vector<SpecProblem>& problems) {
  const MapCostSpec& cost = spec.host.map_cost;
  const sim::Duration page =
      cost.pin + cost.map_4k + cost.populate_4k + cost.map_2m + cost.populate_2m;
  for (const Plan::Table& table : plan.tables) {
    if (!traits_of(*table.strategy).pins_all) continue;
    const auto pages = static_cast<double>(plan.processes[table.process].pages.count());
    if (pages * static_cast<double>(page.count()) <=
        static_cast<double>(sim::kLongestStep.count())) {
      continue;
    }
    problems.push_back({"host.map_cost", fmt::format("pinning devices[{}] takes over a day",
                                                     table.devices.front())});
  }
}

}  // namespace

std::uint64_t estimated_state(const SystemSpec& spec) {
  const double sum = sum_of(parts_of(spec, plan_of(spec)));
  return sum < 1e18 ? static_cast<std::uint64_t>(sum) : static_cast<std::uint64_t>(1e18);
}

std::vector<SpecProblem> size_problems(const SystemSpec& spec, const Plan& plan) {
  std::vector<SpecProblem> problems;
  check_state(spec, plan, problems);
  check_functions(spec, problems);
  check_attach(spec, plan, problems);
  return problems;
}

}  // namespace faultpath::models
