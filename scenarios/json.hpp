/// The JSON of records and schemas.
#pragma once

#include <nlohmann/json.hpp>

namespace faultpath::scenarios {

using Json = nlohmann::ordered_json;  ///< members keep their order

}  // namespace faultpath::scenarios
