// Draws scenarios that the loader takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/net/value_draw.hpp"

namespace faultpath::net {

struct Drawn {
  Json scenario;
  std::optional<Json> refused;  ///< what was drawn first, if the loader refused it
};

/// What is drawn of: the whole of what can be declared; or guests and devices, and nothing else.
enum class Scope { everything, guests };

/// A small scenario from the whole of what can be declared, the same for the same seed. What the
/// loader refuses is mended by its own words: keys are drawn again, cut or added, until it is
/// content. Nothing when that takes too long. Writes `draft` over and over.
std::optional<Drawn> draw_scenario(std::uint64_t seed, const Files& files, const std::string& draft,
                                   Scope scope = Scope::everything);

}  // namespace faultpath::net
