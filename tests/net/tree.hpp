// Looking around in a scenario as JSON, and cutting parts off.
#pragma once

#include <string>
#include <vector>

#include "tests/net/value_draw.hpp"

namespace faultpath::net {

using Pointer = Json::json_pointer;

/// Every value below `top`, those of maps and lists before what they hold.
std::vector<Pointer> values_below(const Json& scenario, const Pointer& top = Pointer());

/// Cuts the value off. False when a scenario would be none without it: the last device or strategy,
/// the version, the end of a list.
bool cut(Json& scenario, const Pointer& at);

/// The value that an error's path means, as "devices[0].pri", or the nearest around it that exists.
struct Found {
  Pointer at;
  const Json* schema;   ///< of the value, the alternative that it is of; null: in no declaration
  std::string missing;  ///< the key of the next step, where it is one of the schema
};
Found find(const Json& scenario, const std::string& path);

/// The scenario as YAML, a line for each key at the top.
std::string yaml_of(const Json& scenario);

}  // namespace faultpath::net
