// Overloaded: several lambdas as one visitor of a std::variant.
#pragma once

namespace faultpath::sim {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace faultpath::sim
