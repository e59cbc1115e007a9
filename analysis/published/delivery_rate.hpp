// V4: faults that user space serves, through one queue or one for each virtual CPU.
#pragma once

#include <string>
#include <vector>

#include "analysis/published/row.hpp"

namespace faultpath::analysis {

struct DeliveryRateRow {
  std::string host;
  std::string delivery;  ///< how a fault reaches its thread: `one-uffd`
  double vcpus = 1.0;    ///< virtual CPUs that fault, all the time
  RowUse use = RowUse::predict;
  bool each = false;  ///< the rate is that of each virtual CPU, else of all together
  std::optional<Printed> kilopages_s{};
};

/// A doubling of the virtual CPUs multiplies the rate by a gain, and the gain of the next doubling
/// is smaller (or larger) by a ratio that is always the same:
///     log X(N) = log X(1) + a log N + b (log N)^2.
/// The three are the least squares of the logarithms, for each host and delivery. It is a
/// description and no mechanism: between four and sixteen virtual CPUs a real queue crosses from
/// one cache to several, where one lock with one cost for each waiter fits worse (deviations of 30
/// % on the rows that it is fitted to).
PublishedReport fit_delivery_rate(const std::vector<DeliveryRateRow>& rows);

}  // namespace faultpath::analysis
