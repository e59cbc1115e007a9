// uniform: any operation of the footprint, equally likely.
#pragma once

#include "models/device/workloads/pattern.hpp"

namespace faultpath::models {

class Uniform final : public Pattern {
 public:
  using Pattern::Pattern;

 private:
  std::uint64_t slot() override { return stream().below(slots()); }
};

}  // namespace faultpath::models
