// Comparing distributions by what they say, for specs that are compared as a whole.
#pragma once

#include "sim/distribution.hpp"

namespace faultpath::sim {

inline bool operator==(const ConstantSpec& a, const ConstantSpec& b) { return a.value == b.value; }
inline bool operator==(const UniformSpec& a, const UniformSpec& b) {
  return a.low == b.low && a.high == b.high;
}
inline bool operator==(const ExponentialSpec& a, const ExponentialSpec& b) {
  return a.mean == b.mean;
}
inline bool operator==(const LognormalSpec& a, const LognormalSpec& b) {
  return a.mean == b.mean && a.p99 == b.p99;
}
inline bool operator==(const GammaSpec& a, const GammaSpec& b) {
  return a.mean == b.mean && a.shape == b.shape;
}
inline bool operator==(const ParetoSpec& a, const ParetoSpec& b) {
  return a.minimum == b.minimum && a.shape == b.shape;
}
inline bool operator==(const EmpiricalSpec& a, const EmpiricalSpec& b) {
  return a.values == b.values && a.file == b.file;
}

}  // namespace faultpath::sim
