// How many members an aggregate has, at compile time.
#pragma once

#include <cstddef>
#include <type_traits>

namespace faultpath::models {

/// Stands for a value of any type where nothing is evaluated.
struct Anything {
  template <class T>
  operator T() const;
};

/// Tries ever more initializers until there is no member for the last of them.
template <class Aggregate, class... Found>
consteval std::size_t member_count() {
  static_assert(std::is_aggregate_v<Aggregate>);
  if constexpr (requires { Aggregate{Found{}..., Anything{}}; }) {
    return member_count<Aggregate, Found..., Anything>();
  } else {
    return sizeof...(Found);
  }
}

}  // namespace faultpath::models
