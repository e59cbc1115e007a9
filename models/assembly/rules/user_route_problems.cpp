// Whether user space can handle the faults of a system.
#include "models/assembly/rules/user_route_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "models/assembly/guests_fault.hpp"
#include "models/assembly/user_tables.hpp"
#include "models/kernel/eras.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

class UserRouteFinder {
 public:
  UserRouteFinder(const SystemSpec& spec, const Plan& plan, const UserReadersSpec& user)
      : spec_(spec),
        plan_(plan),
        user_(user),
        path_(spec.route == FaultRoute::per_pasid ? "route.user_space" : "route") {}

  std::vector<SpecProblem> find() {
    if (spec_.route != FaultRoute::container) check_files();
    if (spec_.route == FaultRoute::per_pasid) {
      check_pasids();
    } else {
      check_tables();
    }
    for (std::size_t i = 0; i < user_.exceptions.size(); ++i) check_exception(i);
    if (user_.answers == UserAnswers::swapped) check_swapping(path_ + ".answers");
    for (std::size_t i = 0; i < user_.events.size(); ++i) check_event(i);
    check_end();
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }

  void check_files() {
    if (rules_of(spec_.host.era).responds_by_index) {
      add(path_,
          fmt::format("a fault file keeps each group until its own answer, which the fault core of "
                      "era {} cannot tell from others: 6.9 and later can",
                      rules_of(spec_.host.era).name));
    }
    if (guests_fault(spec_.iommu) && spec_.iommu.second_stage.misses_go_to == MissRoute::host) {
      add("iommu.second_stage.backing",
          "the page table of a second stage takes no fault file (EOPNOTSUPP), so that its misses "
          "are left to nobody: pinned, or route container");
    }
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) {
      if (!spec_.devices[i].virtual_function_of) continue;
      add(fmt::format("devices[{}].virtual_function_of", i),
          "a function whose page request interface is another's cannot be attached to a page table "
          "with a fault file (EINVAL)");
    }
  }

  void check_tables() {
    const bool guests = spec_.iommu.levels.stage2 > 0;
    if (std::ranges::any_of(plan_.tables, [&](const Plan::Table& table) {
          return is_user_spaces(*table.strategy, guests);
        })) {
      return;
    }
    add("route",
        "no I/O page table has faults for user space: those of processes, which PASIDs are "
        "bound to, are the kernel's");
  }

  // Somebody has to be reported: a PASID, or a device without PASIDs.
  void check_pasids() {
    if (!user_.events.empty()) {
      add(path_ + ".events", "page tables and queues change under route iommufd or container only");
    }
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) {
      const bool pasids = plan_.devices[i].pasids;
      if (!pasids || std::ranges::any_of(spec_.devices[i].own_contexts, &ContextSpec::reported)) {
        return;
      }
    }
    add(path_, "every request has a PASID, and none of them is reported");
  }

  void check_exception(std::size_t index) {
    const UserExceptionSpec& one = user_.exceptions[index];
    const std::string path = fmt::format("{}.exceptions[{}]", path_, index);
    const auto first = std::ranges::find(user_.exceptions, one.device, &UserExceptionSpec::device);
    if (&*first != &one) add(path + ".device", fmt::format("'{}' has one already", one.device));
    check_device(path, one.device);
    if (one.answers == UserAnswers::swapped) check_swapping(path + ".answers");
  }

  bool leaves_groups_unanswered() const {
    return user_.answers == UserAnswers::never ||
           std::ranges::any_of(user_.exceptions, [](const UserExceptionSpec& one) {
             return one.answers == UserAnswers::never;
           });
  }

  // A peer that hears "not ready" asks again and again, so that there is always something to do.
  void check_end() {
    if (!leaves_groups_unanswered() || spec_.run.stop.duration) return;
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) {
      const DeviceSpec& device = spec_.devices[i];
      const auto* const rnr = std::get_if<RnrSpec>(&device.on_fault);
      if (rnr == nullptr || rnr->retries != RnrSpec::kWithoutEnd) continue;
      add(fmt::format("devices[{}].rnr.retries", i),
          "the peer retries without end for a page whose group user space never answers, so that "
          "the run has no end: give it a duration, or fewer retries");
      return;
    }
  }

  void check_event(std::size_t index) {
    const UserEventSpec& event = user_.events[index];
    const std::string path = fmt::format("{}.events[{}]", path_, index);
    check_device(path, event.device);
    if (event.action == UserAction::replace_new_file && spec_.route == FaultRoute::container) {
      add(path + ".do", "the queues of a container are its own: there are no others");
    }
  }

  void check_device(const std::string& path, const std::string& name) {
    const auto device = std::ranges::find(spec_.devices, name, &DeviceSpec::name);
    if (device == spec_.devices.end()) {
      return add(path + ".device", fmt::format("there is no device '{}'", name));
    }
    if (tells_user_space(static_cast<std::size_t>(device - spec_.devices.begin()))) return;
    problems_.push_back(
        {path + ".device",
         fmt::format("has no effect: no fault of '{}' goes to user space by this route", name),
         true});
  }

  // As HostTables attaches it.
  bool tells_user_space(std::size_t index) const {
    const AttachedDeviceSpec& device = spec_.devices[index];
    const Plan::Device& planned = plan_.devices[index];
    if (is_vmms(spec_, device)) return false;
    if (spec_.route == FaultRoute::per_pasid) {
      return !planned.pasids || std::ranges::any_of(device.own_contexts, &ContextSpec::reported);
    }
    return std::ranges::any_of(planned.tables, [&](std::size_t place) {
      const Plan::Table& table = plan_.tables[place];
      return is_user_spaces(*table.strategy, spec_.iommu.levels.stage2 > 0 && !table.second_stage);
    });
  }

  void check_swapping(const std::string& path) {
    if (user_.records >= 2) return;
    add(path, "a read() of one record never returns two groups whose answers could be swapped");
  }

  const SystemSpec& spec_;
  const Plan& plan_;
  const UserReadersSpec& user_;
  const std::string path_;  ///< of what is said of user space
  std::vector<SpecProblem> problems_;
};

}  // namespace

std::vector<SpecProblem> user_route_problems(const SystemSpec& spec, const Plan& plan) {
  const UserReadersSpec* const user = spec.route.user();
  return user != nullptr ? UserRouteFinder(spec, plan, *user).find() : std::vector<SpecProblem>{};
}

}  // namespace faultpath::models
