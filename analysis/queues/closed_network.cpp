// Solving closed networks by convolution.
#include "analysis/queues/closed_network.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <stdexcept>

namespace faultpath::analysis {
namespace {

using Weights = Eigen::ArrayXd;  // of 0, 1, ... customers; defined up to a power of the scale

// The weight of n customers at one station: the product over j of service / (servers that j
// customers keep busy). Service times are in units of `scale`, so that weights stay in range.
Weights weights_of(const Station& station, unsigned customers, double scale) {
  Weights weights(customers + 1);
  weights[0] = 1.0;
  for (unsigned n = 1; n <= customers; ++n) {
    const double busy = station.servers == 0 ? n : std::min(n, station.servers);
    weights[n] = weights[n - 1] * station.service / (scale * busy);
  }
  return weights;
}

Weights convolved(const Weights& left, const Weights& right) {
  Weights sum = Weights::Zero(left.size());
  for (Eigen::Index n = 0; n < left.size(); ++n) {
    sum[n] = (left.head(n + 1) * right.head(n + 1).reverse()).sum();
  }
  return sum;
}

// The time that a customer takes at least at the slowest station, in the long run.
double bottleneck_of(std::span<const Station> stations, unsigned customers) {
  double slowest = 0.0;
  for (const auto& [service, servers] : stations) {
    if (service <= 0.0) throw std::invalid_argument("a station without service time");
    slowest = std::max(slowest, service / (servers == 0 ? customers : servers));
  }
  return slowest;
}

}  // namespace

ClosedNetwork solve_closed_network(std::span<const Station> stations, unsigned customers) {
  if (stations.empty() || customers == 0) throw std::invalid_argument("an empty network");
  const double scale = bottleneck_of(stations, customers);
  std::vector<Weights> weights;
  for (const auto& station : stations) weights.push_back(weights_of(station, customers, scale));
  const auto all_but = [&](std::size_t left_out) {
    Weights rest = Weights::Zero(customers + 1);
    rest[0] = 1.0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      if (k != left_out) rest = convolved(rest, weights[k]);
    }
    return rest;
  };
  const Weights all = all_but(weights.size());
  const double norm = all[customers];
  ClosedNetwork network;
  network.throughput = all[customers - 1] / norm / scale;
  const Weights counts = Weights::LinSpaced(customers + 1, 0.0, customers);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    network.customers.push_back((counts * weights[k] * all_but(k).reverse()).sum() / norm);
  }
  return network;
}

}  // namespace faultpath::analysis
