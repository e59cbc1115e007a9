// Report cost: what the interrupt thread spends on a request besides its usual work.
#pragma once

#include "models/base/messages.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

class ReportCost {
 public:
  /// Of a request that is about to be reported; often zero. Draws anew each time.
  virtual sim::Duration of(const PageRequest& request) = 0;

 protected:
  ~ReportCost() = default;
};

}  // namespace faultpath::models
