// The JSON of records and schemas, whose members keep their order.
#pragma once

#include <nlohmann/json.hpp>

namespace faultpath::scenarios {

using Json = nlohmann::ordered_json;

}  // namespace faultpath::scenarios
