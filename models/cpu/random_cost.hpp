// RandomCost: how long a piece of work takes, drawn anew each time.
#pragma once

#include <string_view>

#include "sim/distribution.hpp"
#include "sim/random.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// A distribution with a random stream of its own.
class RandomCost {
 public:
  /// `component` is the path of who does the work, `purpose` what for: together the stream's key.
  RandomCost(const sim::Simulation& simulation, const sim::DistributionSpec& spec,
             std::string_view component, std::string_view purpose)
      : distribution_(spec), stream_(simulation.stream(component, purpose)) {}

  sim::Duration operator()() { return distribution_(stream_); }

 private:
  sim::Distribution distribution_;
  sim::RandomStream stream_;
};

}  // namespace faultpath::models
