// Closed queueing networks: a fixed number of customers that go round stations for ever.
#pragma once

#include <span>
#include <vector>

namespace faultpath::analysis {

/// Where a customer spends time once a round. Service times of a station with a queue are
/// exponential and served first come, first served; those of a delay have any distribution.
struct Station {
  double service = 0.0;  ///< mean, in any unit of time; above 0
  unsigned servers = 1;  ///< 0: a delay, where nobody waits
};

struct ClosedNetwork {
  double throughput = 0.0;        ///< rounds a unit of time, of all customers together
  std::vector<double> customers;  ///< mean number at each station
  /// Mean time that a customer spends at a station a round, by Little's law.
  double residence(std::size_t station) const { return customers[station] / throughput; }
};

/// The steady state, by convolution (Buzen 1973): exact for such stations, because the network has
/// product form. Requires a station and a customer.
ClosedNetwork solve_closed_network(std::span<const Station> stations, unsigned customers);

}  // namespace faultpath::analysis
