// What one resolved scenario says differently from another.
#pragma once

#include <nlohmann/json.hpp>

namespace faultpath::scenarios {

/// The keys of `other` that `base` lacks or has with another value, so that merging it over `base`
/// gives `other`. Lists of like elements differ by element, under their names.
nlohmann::ordered_json difference(const nlohmann::ordered_json& base,
                                  const nlohmann::ordered_json& other);

}  // namespace faultpath::scenarios
