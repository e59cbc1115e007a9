// How user space handles and answers the groups of one device.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "models/base/messages.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/kernel/user_readers_spec.hpp"
#include "sim/random.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// The draws for each device are its own, whatever thread handles its groups.
class UserBehaviour {
 public:
  UserBehaviour(const sim::Simulation& simulation, const UserHandlingSpec& spec,
                const std::string& path)
      : work_(simulation, spec.work, path, "work"),
        fetch_(simulation, spec.fetch, path, "fetch"),
        answers_(spec.answers),
        share_(spec.share),
        stream_(simulation.stream(path, "answers")) {}

  sim::Duration work() { return work_(); }
  sim::Duration fetch() { return fetch_(); }
  /// How the next group is answered.
  UserAnswers answers() {
    if (share_ >= 1.0 || answers_ == UserAnswers::once) return answers_;
    return stream_.unit() < share_ ? answers_ : UserAnswers::once;
  }

 private:
  RandomCost work_, fetch_;
  UserAnswers answers_;
  double share_;
  sim::RandomStream stream_;
};

/// Those of all devices.
class UserBehaviours {
 public:
  /// `spec` of each device, by its index. Their order is that of the devices.
  UserBehaviours(const sim::Simulation& simulation, const std::vector<UserHandlingSpec>& spec,
                 const std::string& path);

  /// Requires that the device has a spec.
  UserBehaviour& of(DeviceIndex device) { return devices_.at(device.value); }

 private:
  std::deque<UserBehaviour> devices_;
};

}  // namespace faultpath::models
