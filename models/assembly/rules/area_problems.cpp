// Areas that overlap, keys without effect, and reach beyond areas.
#include "models/assembly/rules/area_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "models/assembly/pinned_at_start.hpp"
#include "models/assembly/reach.hpp"
#include "models/memory/areas.hpp"

namespace faultpath::models {
namespace {

class AreaFinder {
 public:
  explicit AreaFinder(const SystemSpec& spec) : spec_(spec) {}

  std::vector<SpecProblem> find() {
    const bool bounded = spec_.host.swap.size || spec_.host.memory_cgroup.max;
    check_processes(spec_.processes, "", bounded);
    for (std::size_t i = 0; i < spec_.guests.size(); ++i) {
      const GuestMachineSpec& guest = spec_.guests[i];
      check_processes(guest.processes, fmt::format("guests[{}].", i), guest.swap.size.has_value());
    }
    for (std::size_t i = 0; i < spec_.host.notifiers.size(); ++i) check_notifier(i);
    const MemoryCgroupSpec& group = spec_.host.memory_cgroup;
    if (group.high && group.max && *group.high > *group.max) {
      add("host.memory_cgroup.high", "is above max, which comes first");
    }
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }

  // Another run of the scenario may have another size, or access.
  void add_unused(std::string path, const std::string& why) {
    problems_.push_back({std::move(path), "has no effect: " + why, true});
  }

  // `bounded`: there may be nothing that reclaim can take even if no process locks its memory.
  void check_processes(const std::vector<ProcessSpec>& processes, const std::string& path,
                       bool bounded) {
    const auto locks = [](const ProcessSpec& process) {
      return std::ranges::any_of(process.areas, &AreaSpec::mlock);
    };
    const bool runs_out = bounded || std::ranges::any_of(processes, locks);
    for (std::size_t i = 0; i < processes.size(); ++i) {
      const std::string process = fmt::format("{}processes[{}]", path, i);
      if (!processes[i].oom_killable && !runs_out) {
        add_unused(process + ".oom_killable",
                   fmt::format("nobody is killed without a bound by {}swap.size{}",
                               path.empty() ? "host." : path,
                               path.empty() ? " or host.memory_cgroup.max" : ""));
      }
      check_process(processes[i], process);
    }
  }

  void check_process(const ProcessSpec& process, const std::string& path) {
    if (process.areas.empty()) {
      if (process.cpu) add(path + ".cpu", "needs areas, in which the process accesses its memory");
      return;
    }
    const BackingSpec& memory = process.memory;
    const bool said = memory.kind != Backing::written && memory.kind != Backing::anonymous;
    if (said || memory.populated || memory.huge_pages) {
      add(path + ".memory", "has no effect beside areas, which say what lies behind them");
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < process.areas.size(); ++i) {
      const std::string area = fmt::format("{}.areas[{}]", path, i);
      check_area(process.areas[i], area);
      const std::string& name = process.areas[i].name;
      if (!name.empty() && !names.insert(name).second) {
        add(area + ".name", fmt::format("another one is called '{}'", name));
      }
    }
    check_places(process, path);
    if (process.cpu && problems_.empty()) check_cpu(process, path + ".cpu.workload");
  }

  void check_area(const AreaSpec& area, const std::string& path) {
    if (area.size == 0) add(path + ".size", "an area has at least one page");
    if (area.at && *area.at % size().bytes() != 0) add(path + ".at", "is not the start of a page");
    if (area.file_size && area.kind != Backing::file) {
      add(path + ".file_size", "has no effect unless kind is file");
    }
    if (area.file_size && *area.file_size > area.size) {
      add(path + ".file_size", "has no effect beyond the area's size");
    }
    if (area.huge != AreaSpec::Huge::never && area.kind == Backing::file) {
      add(path + ".huge", "is for anonymous and shared memory");
    }
    check_folios(area, path);
    if (!area.userfaultfd) return;
    if (area.kind == Backing::file) {
      add(path + ".userfaultfd", "is for anonymous and shared memory");
    }
    if (area.huge != AreaSpec::Huge::never) {
      add(path + ".huge", "has no effect with userfaultfd");
    }
  }

  void check_folios(const AreaSpec& area, const std::string& path) {
    if (area.folios.empty()) return;
    if (area.kind == Backing::file) add(path + ".folios", "are of anonymous and shared memory");
    if (area.userfaultfd) add(path + ".folios", "have no effect with userfaultfd");
    const bool is_anonymous = area.kind == Backing::anonymous && !area.shared;
    if (is_anonymous && area.access == AreaSpec::Access::read_only) {
      add_unused(path + ".folios", "reading brings the zero page, and nobody may write");
    }
    const std::uint64_t least = size().bytes_of(4);
    const std::uint64_t most = size().bytes_of(size().table_entries() / 2);
    for (std::size_t i = 0; i < area.folios.size(); ++i) {
      const std::uint64_t bytes = area.folios[i];
      const auto same = std::ranges::find(area.folios, bytes) - area.folios.begin();
      if (std::cmp_less(same, i)) {
        add(fmt::format("{}.folios[{}]", path, i), fmt::format("is that of folios[{}]", same));
      }
      if (std::has_single_bit(bytes) && bytes >= least && bytes <= most) continue;
      add(fmt::format("{}.folios[{}]", path, i),
          fmt::format("is not a power of two from {} KiB to {} MiB", least / kKiB, most / kMiB));
    }
  }

  void check_places(const ProcessSpec& process, const std::string& path) {
    const std::vector<Runs::Run> places = Areas::places(process.areas, size());
    std::vector<std::size_t> order(places.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return places[i].first; });
    bool any = false;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const AreaSpec& area = process.areas[order[i]];
      any |= !area.file_size || *area.file_size > 0;
      check_huge(area, places[order[i]], fmt::format("{}.areas[{}].huge", path, order[i]));
      if (i == 0) continue;
      const Runs::Run &before = places[order[i - 1]], &here = places[order[i]];
      if (here.first >= before.first + before.count) continue;
      add(fmt::format("{}.areas[{}]", path, std::max(order[i], order[i - 1])),
          fmt::format("overlaps areas[{}]", std::min(order[i], order[i - 1])));
    }
    if (!any) add(path + ".areas", "no file of them has a page");
  }

  void check_huge(const AreaSpec& area, const Runs::Run& place, std::string path) {
    if (area.huge == AreaSpec::Huge::never) return;
    const std::uint64_t first = (place.first + kPagesPer2M - 1) / kPagesPer2M * kPagesPer2M;
    if (first + kPagesPer2M <= place.first + place.count) return;
    add_unused(std::move(path), "no 2 MiB between its first and last address are aligned");
  }

  void check_cpu(const ProcessSpec& process, const std::string& path) {
    const WorkloadSpec& workload = process.cpu->workload;
    if (std::holds_alternative<TraceSpec>(workload.kind)) {
      return add(path + ".kind", "a process replays no recording: give it a pattern");
    }
    if (workload.queue_depth || workload.rate) {
      add(path + (workload.rate ? ".rate" : ".queue_depth"),
          "has no effect: a thread makes one access at a time, at the rate of cpu.rate");
    }
    if (workload.operation > workload.footprint) {
      add(path + ".operation", "one operation is larger than the footprint");
    }
    const auto* const phases = std::get_if<PhasesSpec>(&workload.kind);
    if (phases != nullptr && phases->phases.empty()) {
      add(path + ".phases", "a workload of phases needs at least one");
    }
  }

  // Of other kinds an area may have nothing to change, either, but they take the mmap lock.
  static bool changes(NotifierKind kind, const AreaSpec& area) {
    if (kind != NotifierKind::ksm && kind != NotifierKind::khugepaged) return true;
    if (area.kind != Backing::anonymous || area.shared) return false;
    return kind == NotifierKind::ksm || area.huge != AreaSpec::Huge::never;
  }

  void check_notifier(std::size_t index) {
    const NotifierSpec& source = spec_.host.notifiers[index];
    const std::string path = fmt::format("host.notifiers[{}]", index);
    const auto any_area = [&](const auto& is_it) {
      return std::ranges::any_of(spec_.processes, [&](const ProcessSpec& process) {
        return std::ranges::any_of(process.areas, [&](const AreaSpec& area) {
          return (!source.area || *source.area == area.name) && is_it(area);
        });
      });
    };
    if (!any_area([](const AreaSpec&) { return true; })) {
      add(source.area ? path + ".area" : path,
          source.area ? fmt::format("no process has an area '{}'", *source.area)
                      : "has no effect: no process has areas");
    } else if (!any_area([&](const AreaSpec& area) { return changes(source.kind, area); })) {
      add_unused(path + ".kind", source.kind == NotifierKind::ksm
                                     ? "ksm scans private anonymous memory, and there is none"
                                     : "khugepaged scans private anonymous memory with huge pages, "
                                       "and there is none: huge is madvise or always");
    }
    if (source.rate <= 0.0) add(path + ".rate", "how many ranges a second?");
    const bool whole = source.kind == NotifierKind::fork;
    if (whole && (source.range || source.area)) {
      add(path + (source.range ? ".range" : ".area"), "has no effect: fork takes all areas");
    }
    if (source.kind == NotifierKind::khugepaged && source.range) {
      add(path + ".range", "has no effect: a huge page has 2 MiB");
    }
  }

  PageSize size() const { return spec_.host.page_size; }

  const SystemSpec& spec_;
  std::vector<SpecProblem> problems_;
};

// What is pinned before the devices start nobody would have brought.
std::vector<SpecProblem> pinned_userfaults(const SystemSpec& spec, const Plan& plan) {
  std::vector<SpecProblem> problems;
  for (const Plan::Table& table : plan.tables) {
    const Plan::Process& process = plan.processes[table.process];
    if (process.spec == nullptr || process.guest) continue;
    if (pinned_for_good(plan, table).empty()) continue;
    const auto index = static_cast<std::size_t>(process.spec - spec.processes.data());
    for (std::size_t i = 0; i < process.spec->areas.size(); ++i) {
      if (!process.spec->areas[i].userfaultfd) continue;
      problems.push_back({fmt::format("processes[{}].areas[{}].userfaultfd", index, i),
                          "pages of this process are pinned before anybody could bring them"});
      return problems;
    }
  }
  return problems;
}

bool reaches_beyond(const Runs& reach, const Runs& pages) {
  return std::ranges::any_of(reach.list(), [&](const Runs::Run& run) {
    std::uint64_t inside = 0;
    for (const Runs::Run& part : pages.within(run.first, run.count)) inside += part.count;
    return inside < run.count;
  });
}

}  // namespace

std::vector<SpecProblem> area_problems(const SystemSpec& spec) { return AreaFinder(spec).find(); }

std::vector<SpecProblem> area_reach_problems(const SystemSpec& spec, const Plan& plan) {
  std::vector<SpecProblem> problems;
  problems = pinned_userfaults(spec, plan);
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    const AttachedDeviceSpec& device = spec.devices[i];
    const bool guest = spec.iommu.levels.stage2 > 0;
    for (const std::size_t table : plan.devices[i].tables) {
      const Plan::Process& process = plan.processes[plan.tables[table].process];
      if (process.areas == nullptr || process.areas->empty()) continue;
      if (!guest && device.nonfaultable.empty()) continue;
      // Patterns begin at the first page of the process.
      Runs reach = reach_of(device, spec.traces[i], plan.page_size);
      if (!spec.traces[i]) reach = Runs(process.pages.first(), reach.count());
      if (!reaches_beyond(reach, process.pages)) continue;
      problems.push_back({fmt::format("devices[{}].{}", i, guest ? "workload" : "nonfaultable"),
                          guest ? "behind a second stage a device stays within the areas"
                                : "is for devices that stay within the areas"});
      break;
    }
  }
  return problems;
}

}  // namespace faultpath::models
