// Guests and processes that are not there, twice, or used by nobody.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "models/assembly/rules/guest_problems.hpp"

namespace faultpath::models {
namespace {

class NameFinder {
 public:
  explicit NameFinder(const SystemSpec& spec) : spec_(spec) {}

  std::vector<SpecProblem> find() {
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) check_device(i);
    std::set<std::string> names;
    for (std::size_t i = 0; i < spec_.guests.size(); ++i) {
      const std::string path = fmt::format("guests[{}]", i);
      if (!names.insert(spec_.guests[i].name).second) {
        add(path, fmt::format("another one is called '{}'", spec_.guests[i].name));
      }
      check_processes(spec_.guests[i], path);
    }
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }

  void check_device(std::size_t index) {
    const AttachedDeviceSpec& device = spec_.devices[index];
    if (!device.guest) return;
    const std::string path = fmt::format("devices[{}]", index);
    const GuestMachineSpec* const guest = guest_of(spec_, device);
    if (guest == nullptr) {
      return add(path + ".guest", fmt::format("there is no guest '{}'", *device.guest));
    }
    if (device.process) check_process(*guest, *device.process, path + ".process");
    for (std::size_t i = 0; i < device.own_contexts.size(); ++i) {
      const auto& process = device.own_contexts[i].process;
      if (process) {
        check_process(*guest, *process, fmt::format("{}.contexts[{}].process", path, i));
      }
    }
  }

  void check_process(const GuestMachineSpec& guest, const std::string& name, std::string path) {
    used_.insert(guest.name + "/" + name);
    if (std::ranges::find(guest.processes, name, &ProcessSpec::name) != guest.processes.end()) {
      return;
    }
    add(std::move(path), fmt::format("guest '{}' has no process '{}'", guest.name, name));
  }

  void check_processes(const GuestMachineSpec& guest, const std::string& path) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < guest.processes.size(); ++i) {
      const ProcessSpec& process = guest.processes[i];
      const std::string one = fmt::format("{}.processes[{}]", path, i);
      if (!names.insert(process.name).second) {
        add(one, fmt::format("another one is called '{}'", process.name));
      } else if (!used_.contains(guest.name + "/" + process.name)) {
        add(one, fmt::format("no device uses process '{}'", process.name));
      }
      if (process.cpu) add(one + ".cpu", "is not modelled for processes of guests");
      if (process.user != 0) add(one + ".user", "has no effect: nothing of it is locked");
    }
  }

  const SystemSpec& spec_;
  std::set<std::string> used_;
  std::vector<SpecProblem> problems_;
};

}  // namespace

const GuestMachineSpec* guest_of(const SystemSpec& spec, const AttachedDeviceSpec& device) {
  if (!device.guest) return nullptr;
  const auto found = std::ranges::find(spec.guests, *device.guest, &GuestMachineSpec::name);
  return found != spec.guests.end() ? &*found : nullptr;
}

std::vector<SpecProblem> guest_name_problems(const SystemSpec& spec) {
  return NameFinder(spec).find();
}

}  // namespace faultpath::models
