// Results as plain data: JSON whose keys keep their order, so that the same result is the same
// bytes.
#pragma once

#include <nlohmann/json.hpp>

namespace faultpath::analysis {

using Json = nlohmann::ordered_json;

}  // namespace faultpath::analysis
