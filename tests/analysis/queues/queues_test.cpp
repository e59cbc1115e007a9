// Closed forms against formulas of textbooks, and against each other.
#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <numeric>

#include "analysis/queues/batch_service.hpp"
#include "analysis/queues/cache_hits.hpp"
#include "analysis/queues/closed_network.hpp"
#include "analysis/queues/single_server.hpp"

namespace faultpath::analysis {
namespace {

// One customer never waits: a round is the sum of the service times.
TEST(ClosedNetworks, OneCustomerNeverWaits) {
  const std::vector<Station> stations{{3.0, 0}, {2.0, 1}, {4.0, 5}};
  const auto network = solve_closed_network(stations, 1);
  EXPECT_NEAR(network.throughput, 1.0 / 9.0, 1e-12);
  for (std::size_t k = 0; k < stations.size(); ++k) {
    EXPECT_NEAR(network.residence(k), stations[k].service, 1e-12);
  }
}

// Two equal stations and N customers: each of the N + 1 ways to share them is as likely, so that a
// station works for N in N + 1.
TEST(ClosedNetworks, TwoEqualStationsWorkForNInNPlusOne) {
  for (const unsigned customers : {1U, 2U, 7U, 300U}) {
    const auto network = solve_closed_network(std::vector<Station>{{2.0, 1}, {2.0, 1}}, customers);
    EXPECT_NEAR(network.throughput, customers / (customers + 1.0) / 2.0, 1e-12);
    EXPECT_NEAR(network.customers[0], customers / 2.0, 1e-9 * customers);
  }
}

TEST(ClosedNetworks, ManyCustomersSaturateTheSlowestStation) {
  const auto network =
      solve_closed_network(std::vector<Station>{{50.0, 0}, {6.0, 4}, {1.0, 1}}, 400);
  EXPECT_NEAR(network.throughput, 4.0 / 6.0, 1e-9);
}

// The machine repairman as a birth-death process, by its balance equations: n of N customers are at
// the servers, those outside come back at rate 1 / think each, and min(n, c) are served.
TEST(ClosedNetworks, AgreeWithTheBalanceEquationsOfAFiniteSource) {
  constexpr unsigned kCustomers = 9, kServers = 3;
  constexpr double kThink = 5.0, kService = 4.0;
  constexpr int kStates = kCustomers + 1;
  Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(kStates, kStates);
  for (unsigned n = 0; n < kCustomers; ++n) {
    rates(n, n + 1) = (kCustomers - n) / kThink;
    rates(n + 1, n) = std::min(n + 1, kServers) / kService;
  }
  rates.diagonal() = -rates.rowwise().sum();
  Eigen::MatrixXd equations = rates.transpose();
  equations.row(0).setOnes();
  Eigen::VectorXd right = Eigen::VectorXd::Zero(kStates);
  right[0] = 1.0;
  const Eigen::VectorXd share = equations.partialPivLu().solve(right);
  double mean = 0.0;
  for (int n = 0; n < kStates; ++n) mean += n * share[n];

  const auto network =
      solve_closed_network(std::vector<Station>{{kThink, 0}, {kService, kServers}}, kCustomers);
  EXPECT_NEAR(network.customers[1], mean, 1e-10);
  EXPECT_NEAR(network.throughput, (kCustomers - mean) / kThink, 1e-10);
}

TEST(SingleServer, IsPollaczekAndKhinchine) {
  // M/M/1 at half load: as long in the queue as at the server. M/D/1: half of that.
  EXPECT_DOUBLE_EQ(mean_wait_mg1(0.5, 1.0, 2.0), 1.0);
  EXPECT_DOUBLE_EQ(mean_wait_mg1(0.5, 1.0, 1.0), 0.5);
  EXPECT_THROW(mean_wait_mg1(1.0, 1.0, 2.0), std::invalid_argument);
}

// The server is as busy as with any discipline that leaves nobody waiting in vain, and a batch is
// never shorter than a request.
TEST(BatchServices, AreBusyForTheLoad) {
  for (const double load : {0.05, 0.5, 0.9}) {
    const auto solution = solve_batch_service(load, 1.0);
    EXPECT_NEAR(solution.idle, 1.0 - load, 1e-6) << load;
    EXPECT_GE(solution.batch, 1.0);
    // Places are kept for longer than in an M/M/1 queue, which has load / (1 - load) of them.
    EXPECT_GT(solution.occupied, load / (1.0 - load));
  }
}

// With little load a batch is one request, and its place is taken while it is read.
TEST(BatchServices, HoldOneRequestWhenThereIsLittleLoad) {
  const auto solution = solve_batch_service(1e-6, 1.0);
  EXPECT_NEAR(solution.occupied, 1e-6, 1e-10);
  EXPECT_NEAR(solution.batch, 1.0, 1e-5);
}

// When all pages are alike, whatever is kept is as good as anything else.
TEST(CacheHits, AreTheShareThatIsKeptWhenAllPagesAreAlike) {
  const std::vector<double> even(200, 1.0 / 200);
  EXPECT_NEAR(hit_ratio(even, 50, Replacement::fifo), 0.25, 1e-9);
  EXPECT_NEAR(hit_ratio(even, 50, Replacement::lru), 0.25, 1e-9);
  EXPECT_THROW(hit_ratio(even, 200, Replacement::lru), std::invalid_argument);
}

// With room for one page, it hits when the same page comes twice in a row: the sum of p squared.
// The approximation counts on many pages that are kept; here it may be a third off.
TEST(CacheHits, OfOnePageAreNearTheSumOfSquares) {
  const auto popularity = zipf_popularity(100, 1.0);
  const double exact =
      std::inner_product(popularity.begin(), popularity.end(), popularity.begin(), 0.0);
  EXPECT_NEAR(hit_ratio(popularity, 1, Replacement::lru), exact, exact / 3.0);
}

TEST(CacheHits, LruIsBetterThanFifoWhenSomePagesArePopular) {
  const auto popularity = zipf_popularity(1000, 0.9);
  EXPECT_NEAR(std::accumulate(popularity.begin(), popularity.end(), 0.0), 1.0, 1e-12);
  EXPECT_NEAR(popularity[0] / popularity[9], std::pow(10.0, 0.9), 1e-9);
  EXPECT_GT(hit_ratio(popularity, 100, Replacement::lru),
            hit_ratio(popularity, 100, Replacement::fifo) + 0.01);
}

}  // namespace
}  // namespace faultpath::analysis
