// Processor time of handle_mm_fault(), drawn anew for each fault.
#pragma once

#include <string>

#include "models/memory/memory_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/random.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// All kinds share one stream.
class FaultCosts {
 public:
  FaultCosts(const sim::Simulation& simulation, const PageFaultSpec& spec, const std::string& path)
      : minor_(spec.minor),
        major_(spec.major),
        spurious_(spec.spurious),
        hit_(spec.hit),
        copy_(spec.copy),
        reuse_(spec.reuse),
        huge_(spec.huge),
        stream_(simulation.stream(path, "fault")) {}

  sim::Duration minor() { return minor_(stream_); }
  sim::Duration major() { return major_(stream_); }
  sim::Duration spurious() { return spurious_(stream_); }
  sim::Duration hit() { return hit_(stream_); }
  sim::Duration copy() { return copy_(stream_); }
  sim::Duration reuse() { return reuse_(stream_); }
  sim::Duration huge() { return huge_(stream_); }

 private:
  sim::Distribution minor_, major_, spurious_, hit_, copy_, reuse_, huge_;
  sim::RandomStream stream_;
};

}  // namespace faultpath::models
