// One behaviour for each device.
#include "models/kernel/user/user_behaviour.hpp"

#include <fmt/format.h>

namespace faultpath::models {

UserBehaviours::UserBehaviours(const sim::Simulation& simulation,
                               const std::vector<UserHandlingSpec>& spec, const std::string& path) {
  for (std::size_t i = 0; i < spec.size(); ++i) {
    devices_.emplace_back(simulation, spec[i], fmt::format("{}/device.{}", path, i));
  }
}

}  // namespace faultpath::models
