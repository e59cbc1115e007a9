// Every rule looks at every guest.
#include "models/assembly/rules/guest_rules.hpp"

namespace faultpath::models {

void CheckedGuest::add(const std::string& key, std::string message) const {
  add_at(fmt::format("guests[{}].{}", index, key), std::move(message));
}

void CheckedGuest::add_unused(const std::string& key, std::string message) const {
  problems.push_back({fmt::format("guests[{}].{}", index, key), std::move(message), true});
}

std::vector<SpecProblem> problems_in_guests(const SystemSpec& spec, const Plan& plan,
                                            std::span<const GuestRule> rules) {
  std::vector<SpecProblem> problems;
  for (std::size_t i = 0; i < spec.guests.size(); ++i) {
    for (const GuestRule rule : rules) rule({spec, plan, i, spec.guests[i], problems});
  }
  return problems;
}

}  // namespace faultpath::models
