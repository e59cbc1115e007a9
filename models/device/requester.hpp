// Who asks for pages through a page request interface.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "models/base/address.hpp"

namespace faultpath::models {

/// One of the functions that share an interface, in the order in which they joined.
struct FunctionNumber {
  std::uint16_t value = 0;
  constexpr auto operator<=>(const FunctionNumber&) const = default;
};
/// A context of a function. Without PASID: 0.
struct Requester {
  FunctionNumber function;
  Pasid pasid;
  constexpr auto operator<=>(const Requester&) const = default;
};

/// Everybody, a whole function, or one requester.
class Requesters {
 public:
  static Requesters all() { return {}; }
  static Requesters of(FunctionNumber function) {
    Requesters those;
    those.function_ = function;
    return those;
  }
  static Requesters only(Requester who) {
    Requesters those = of(who.function);
    those.pasid_ = who.pasid;
    return those;
  }

  bool contain(Requester who) const {
    return (!function_ || who.function == *function_) && (!pasid_ || who.pasid == *pasid_);
  }

 private:
  std::optional<FunctionNumber> function_;
  std::optional<Pasid> pasid_;
};

}  // namespace faultpath::models
