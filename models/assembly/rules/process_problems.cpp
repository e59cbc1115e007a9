// Names of processes, and agreement of those who share an I/O page table.
#include "models/assembly/rules/process_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "models/assembly/rules/area_problems.hpp"
#include "models/assembly/rules/route_problems.hpp"

namespace faultpath::models {
namespace {

class ProcessFinder {
 public:
  explicit ProcessFinder(const SystemSpec& spec) : spec_(spec) {}

  std::vector<SpecProblem> find() {
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) {
      check_names(i);
      check_sharing(i);
    }
    check_processes();
    for (SpecProblem& problem : area_problems(spec_)) problems_.push_back(std::move(problem));
    if (!std::ranges::all_of(problems_, &SpecProblem::unused)) return std::move(problems_);
    for (SpecProblem& problem : route_problems(spec_)) problems_.push_back(std::move(problem));
    return std::move(problems_);
  }

 private:
  void check_names(std::size_t index) {
    const AttachedDeviceSpec& device = spec_.devices[index];
    if (device.guest) return;  // guest_problems.hpp
    if (device.process) check_name(fmt::format("devices[{}].process", index), *device.process);
    for (std::size_t i = 0; i < device.own_contexts.size(); ++i) {
      const auto& process = device.own_contexts[i].process;
      if (process) check_name(fmt::format("devices[{}].contexts[{}].process", index, i), *process);
    }
  }

  void check_name(std::string path, const std::string& name) {
    used_.insert(name);
    if (std::ranges::find(spec_.processes, name, &ProcessSpec::name) != spec_.processes.end()) {
      return;
    }
    std::string known;
    for (const ProcessSpec& process : spec_.processes) {
      known += (known.empty() ? "" : ", ") + process.name;
    }
    problems_.push_back({std::move(path), fmt::format("there is no process '{}'; processes has {}",
                                                      name, known.empty() ? "none" : known)});
  }

  void check_processes() {
    for (std::size_t i = 0; i < spec_.processes.size(); ++i) {
      const std::string& name = spec_.processes[i].name;
      const std::string path = fmt::format("processes[{}]", i);
      const auto first = std::ranges::find(spec_.processes, name, &ProcessSpec::name);
      if (first - spec_.processes.begin() < static_cast<std::ptrdiff_t>(i)) {
        problems_.push_back({path, fmt::format("another one is called '{}'", name)});
      } else if (!used_.contains(name) && !spec_.processes[i].cpu) {
        problems_.push_back(
            {path, fmt::format("no device uses process '{}', nor does it itself (cpu)", name)});
      }
    }
  }

  // All who translate by one table agree on the process behind it and on its strategy.
  void check_sharing(std::size_t index) {
    const AttachedDeviceSpec& device = spec_.devices[index];
    if (!device.address_space) return;
    const std::string path = fmt::format("devices[{}]", index);
    if (!device.own_contexts.empty()) {
      problems_.push_back({path + ".address_space",
                           "has no effect where each context has an I/O page table of its own"});
      return;
    }
    for (std::size_t other = 0; other < index; ++other) {
      const AttachedDeviceSpec& first = spec_.devices[other];
      if (first.address_space != device.address_space) continue;
      check_pair(device, first, path, other);
      return;
    }
  }

  void check_pair(const AttachedDeviceSpec& device, const AttachedDeviceSpec& first,
                  const std::string& path, std::size_t other) {
    const char* const differs = first.process != device.process           ? ".process"
                                : !alike(first.memory, device.memory)     ? ".memory"
                                : !alike(first.strategy, device.strategy) ? ".strategy"
                                                                          : nullptr;
    if (differs == nullptr) return;
    problems_.push_back(
        {path + differs,
         fmt::format("must be as in devices[{}], which shares the address space", other)});
  }

  static bool alike(const BackingSpec& a, const BackingSpec& b) {
    return a.kind == b.kind && a.populated == b.populated && a.huge_pages == b.huge_pages &&
           a.huge_page_bits == b.huge_page_bits;
  }
  static bool alike(const std::optional<StrategySpec>& a, const std::optional<StrategySpec>& b) {
    if (!a || !b) return !a && !b;
    return a->kind == b->kind;
  }

  const SystemSpec& spec_;
  std::set<std::string> used_;
  std::vector<SpecProblem> problems_;
};

}  // namespace

std::vector<SpecProblem> process_problems(const SystemSpec& spec) {
  return ProcessFinder(spec).find();
}

}  // namespace faultpath::models
