// What a scenario says about the end of a run.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/time.hpp"

namespace faultpath::models {

/// When a run stops issuing operations; what is in flight then is drained. Without any limit it
/// ends when every trace has been replayed.
struct StopSpec {
  std::optional<sim::Duration> duration;
  std::optional<std::uint64_t> operations;  ///< issued, over all devices, warm-up included
  std::optional<std::uint64_t> faults;      ///< begun, over all devices, warm-up included
};

}  // namespace faultpath::models
