// Compares resolved scenarios key by key.
#include "scenarios/difference.hpp"

#include <algorithm>
#include <string>

#include "scenarios/json.hpp"

namespace faultpath::scenarios {
namespace {

std::string name_of(const Json& element) {
  return element.is_object() ? element.value("name", "") : "";
}

// Both are lists of elements with the same names.
bool alike(const Json& base, const Json& other) {
  return base.is_array() && other.is_array() &&
         std::ranges::equal(base, other, [](const Json& a, const Json& b) {
           return !name_of(a).empty() && name_of(a) == name_of(b);
         });
}

}  // namespace

Json difference(const Json& base, const Json& other) {
  Json changed = Json::object();
  for (const auto& [key, value] : other.items()) {
    const auto before = base.find(key);
    if (before == base.end()) {
      changed[key] = value;
    } else if (*before == value) {
      continue;
    } else if (before->is_object() && value.is_object()) {
      changed[key] = difference(*before, value);
    } else if (alike(*before, value)) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        if ((*before)[i] == value[i]) continue;
        changed[key][name_of(value[i])] = difference((*before)[i], value[i]);
      }
    } else {
      changed[key] = value;
    }
  }
  return changed;
}

}  // namespace faultpath::scenarios
