// The M/G/1 queue: Poisson arrivals, one server, service times of any distribution.
#pragma once

#include <stdexcept>

namespace faultpath::analysis {

/// Mean wait before service, by Pollaczek and Khinchine. `second_moment` is the mean of the square
/// of the service time. Requires a load below 1.
inline double mean_wait_mg1(double arrivals, double mean, double second_moment) {
  const double load = arrivals * mean;
  if (load >= 1.0) throw std::invalid_argument("a queue that grows for ever");
  return arrivals * second_moment / (2.0 * (1.0 - load));
}

}  // namespace faultpath::analysis
