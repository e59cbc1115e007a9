// Random scenarios, many of them: drawn, judged, and those that fail shrunk.
#pragma once

#include <cstdint>
#include <string>

#include "tests/net/oracles.hpp"
#include "tests/net/scenario_draw.hpp"

namespace faultpath::net {

struct Counts {
  std::uint64_t drawn = 0;    ///< scenarios
  std::uint64_t refused = 0;  ///< of them, first drawn such that the loader refused it
  std::uint64_t ran = 0, stuck = 0, failed = 0;
  std::uint64_t hopeless = 0;  ///< not mended within the patience of the draw
};

/// Draws and judges `count` scenarios from `seed` on, each in a process of its own. Writes those
/// that fail to `report` with their seeds: why, at once, then the scenario, shrunk.
Counts cast(std::uint64_t seed, std::uint64_t count, std::ostream& report,
            Scope scope = Scope::everything);

/// Draws `count` scenarios from `seed` on into `folder`, which is made, as `SEED.yaml`, with the
/// recordings that they name. How many were written: some are not mended within the patience of the
/// draw.
std::uint64_t write_scenarios(std::uint64_t seed, std::uint64_t count, const std::string& folder);

/// As judge(), in a process of its own: what ends it is a failure, too.
Verdict judge_apart(const std::string& path);

}  // namespace faultpath::net
