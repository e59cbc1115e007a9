// zipf: few operations often, most of them seldom.
#pragma once

#include "models/device/workloads/pattern.hpp"
#include "models/device/workloads/zipf.hpp"

namespace faultpath::models {

/// The most popular slots lie scattered, by a fixed multiplicative permutation.
class ZipfPattern final : public Pattern {
 public:
  ZipfPattern(const WorkloadSource& source, const ZipfSpec& spec)
      : Pattern(source), zipf_(slots(), spec.exponent) {}

 private:
  std::uint64_t slot() override { return scatter(zipf_(stream()), slots()); }

  Zipf zipf_;
};

}  // namespace faultpath::models
