// Rules about guests: each is a function that looks at one guest, and a row of a table.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// One guest that a rule looks at, with all that may contradict it, and where the rule says so.
struct CheckedGuest {
  const SystemSpec& spec;
  const Plan& plan;
  std::size_t index;  ///< in the guests of the spec
  const GuestMachineSpec& guest;
  std::vector<SpecProblem>& problems;  ///< found so far

  /// Its virtual IOMMU is of this kind.
  template <class Kind>
  bool has() const {
    return std::holds_alternative<Kind>(guest.viommu);
  }
  /// Calls use(path, device) with each of its devices, "devices[0]" and on, in their order.
  template <class Use>
  void for_each_device(const Use& use) const {
    for (std::size_t i = 0; i < spec.devices.size(); ++i) {
      if (spec.devices[i].guest == guest.name) use(fmt::format("devices[{}]", i), spec.devices[i]);
    }
  }

  /// A key of this guest is at fault: "vmm.answer".
  void add(const std::string& key, std::string message) const;
  /// Nothing reads a key of this guest: SpecProblem::unused.
  void add_unused(const std::string& key, std::string message) const;
  /// A key of something else is: "devices[0].pri.group".
  void add_at(std::string path, std::string message) const {
    problems.push_back({std::move(path), std::move(message)});
  }
};

/// Adds what it finds, or nothing.
using GuestRule = void (*)(const CheckedGuest&);

/// What the rules find, in their order, in one guest after the other. Requires that there are no
/// problems of names.
std::vector<SpecProblem> problems_in_guests(const SystemSpec& spec, const Plan& plan,
                                            std::span<const GuestRule> rules);

}  // namespace faultpath::models
