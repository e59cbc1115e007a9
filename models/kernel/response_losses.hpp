// Response losses: which answers of handlers get lost.
#pragma once

#include <cstdint>
#include <string>

#include "models/kernel/iopf_core_spec.hpp"
#include "sim/random.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

class ResponseLosses {
 public:
  /// `path` names the component whose answers they are.
  ResponseLosses(const sim::Simulation& simulation, const LostResponseSpec& spec,
                 const std::string& path)
      : spec_(spec), stream_(simulation.stream(path, "lost responses")) {}

  /// Whether the answer that is about to be given here gets lost. To be asked once for each.
  bool loses(LostResponseSpec::Where here) {
    if (spec_.share == 0.0 || here != spec_.where) return false;
    if (given_++ < spec_.after || lost_ == spec_.at_most) return false;
    if (spec_.share < 1.0 && stream_.unit() >= spec_.share) return false;
    ++lost_;
    return true;
  }
  /// How late a lost answer comes; absent: never.
  const std::optional<sim::Duration>& late() const { return spec_.late; }

 private:
  LostResponseSpec spec_;
  sim::RandomStream stream_;
  std::uint64_t given_ = 0, lost_ = 0;
};

}  // namespace faultpath::models
