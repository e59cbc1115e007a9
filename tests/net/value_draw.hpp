// Draws values of what the declarations of a scenario allow.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/declare/type.hpp"
#include "sim/random.hpp"

namespace faultpath::net {

using scenarios::Json;

/// Files that a scenario can name, made before the draw.
struct Files {
  std::vector<std::string> recordings;     ///< faultpath.trace/1
  std::vector<std::string> distributions;  ///< a duration in each line
  std::vector<std::string> profiles;
};

/// What the parser's declarations say about the whole scenario: a JSON Schema.
const Json& document_schema();
/// The schema that `schema` refers to, itself if to none.
const Json& resolved_schema(const Json& schema);
/// The alternative that `value` is of, the schema itself when it has none.
const Json& alternative_of(const Json& schema, const Json& value);

/// Draws by type, unit, bounds and default, all of them from the schema of the key. A value is near
/// its default, anywhere at a logarithmic scale, or at a bound.
class ValueDraw {
 public:
  ValueDraw(std::uint64_t seed, Files files);

  /// A value of `schema`, which is that of the key called `key`.
  Json value(const Json& schema, const std::string& key);

  bool chance(double p) { return stream_.unit() < p; }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + stream_.below(high - low + 1);
  }
  /// As likely between 1 and 2 as between 1000 and 2000.
  double log_between(double low, double high);
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[stream_.below(all.size())];
  }

 private:
  Json map(const Json& schema);
  Json list(const Json& schema, const std::string& key);
  Json overrides(const Json& schema);
  Json integer(const Json& schema);
  Json number(const Json& schema);
  Json quantity(const Json& schema);
  Json text(const Json& schema, const std::string& key);
  /// Around `standard`, or anywhere between `low` and `high`.
  double around(double standard, double low, double high);

  sim::RandomStream stream_;
  Files files_;
  double density_;   ///< share of the keys of a map that are given
  double boldness_;  ///< share of the values that are at a bound
};

}  // namespace faultpath::net
