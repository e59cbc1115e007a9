// Batch service by its embedded Markov chain.
#include "analysis/queues/batch_service.hpp"

#include <Eigen/LU>
#include <stdexcept>

namespace faultpath::analysis {
namespace {

// Row b - 1 has the probabilities of the batch that follows one of b requests. Arrivals during b
// exponential services are negative binomial: between two ends of a service comes an arrival with
// probability p. No arrival: the next batch is the single request that comes after a pause.
Eigen::MatrixXd transitions(double arrivals, double mean, unsigned largest) {
  const double p = arrivals * mean / (1.0 + arrivals * mean);
  Eigen::MatrixXd next = Eigen::MatrixXd::Zero(largest, largest);
  Eigen::ArrayXd count = Eigen::ArrayXd::Zero(largest + 1);  // P(n arrivals during b services)
  count[0] = 1.0;
  for (unsigned b = 1; b <= largest; ++b) {
    // One service more: count(n) = (1 - p) before(n) + p count(n - 1).
    double below = 0.0;
    for (unsigned n = 0; n <= largest; ++n) {
      count[n] = (1.0 - p) * count[n] + p * below;
      below = count[n];
    }
    next.row(b - 1) = count.tail(largest).matrix().transpose();
    next(b - 1, 0) += count[0];
    next(b - 1, largest - 1) += 1.0 - count.sum();
  }
  return next;
}

// The row vector that `chain` leaves as it is, with sum 1.
Eigen::VectorXd stationary(const Eigen::MatrixXd& chain) {
  const auto size = chain.rows();
  Eigen::MatrixXd equations = chain.transpose() - Eigen::MatrixXd::Identity(size, size);
  equations.row(size - 1).setOnes();  // in the place of one that follows from the others
  Eigen::VectorXd right = Eigen::VectorXd::Zero(size);
  right[size - 1] = 1.0;
  return equations.partialPivLu().solve(right);
}

}  // namespace

BatchService solve_batch_service(double arrivals, double mean, unsigned largest) {
  if (arrivals * mean >= 1.0) throw std::invalid_argument("a queue that grows for ever");
  const Eigen::ArrayXd share = stationary(transitions(arrivals, mean, largest)).array();
  const Eigen::ArrayXd size = Eigen::ArrayXd::LinSpaced(largest, 1.0, largest);
  const Eigen::ArrayXd none = (1.0 + arrivals * mean) * Eigen::ArrayXd::Ones(largest);
  // A batch of b lasts b services; with no arrival in it the queue is empty until one comes.
  const double busy = (share * size).sum() * mean;
  const double pause = (share * none.pow(-size)).sum() / arrivals;
  // Its own b places are taken all the time, and those of later ones from their arrival on: the
  // integral of the arrivals has mean arrivals E[T^2] / 2, and T is a sum of b exponential times.
  const double own = (share * size.square()).sum() * mean;
  const double later = (share * size * (size + 1.0)).sum() * arrivals * mean * mean / 2.0;
  const double cycle = busy + pause;
  return {(own + later) / cycle, (share * size).sum(), pause / cycle};
}

}  // namespace faultpath::analysis
