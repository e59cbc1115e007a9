// ENSURE: invariants that stay on in every build and say when, where and under which seed they
// broke.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/time.hpp"

namespace faultpath::sim {

/// What a broken invariant prints besides its own text. A Simulation keeps it current; it is read
/// only on the way to abort(), never by a model.
struct EnsureContext {
  const Time* now = nullptr;
  std::uint64_t seed = 0;
  unsigned replication = 0;
};
EnsureContext& ensure_context();

/// Prints `condition`, `why`, the simulated time, the place, the component and the seed to stderr,
/// then aborts.
[[noreturn]] void ensure_failed(const char* condition, std::string_view why, const char* file,
                                int line, std::string_view component);

}  // namespace faultpath::sim

#define ENSURE_IN(component, condition, why)                                               \
  do {                                                                                     \
    if (!(condition)) [[unlikely]]                                                         \
      ::faultpath::sim::ensure_failed(#condition, (why), __FILE__, __LINE__, (component)); \
  } while (false)
/// Aborts, in Release too, unless `condition` holds; `why` says what it protects.
#define ENSURE(condition, why) ENSURE_IN("", condition, why)
