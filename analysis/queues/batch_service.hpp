// A queue whose server takes all that wait at once and gives their places back together.
#pragma once

namespace faultpath::analysis {

/// As VT-d's page request queue: the driver reads from head to tail, one request after the other,
/// and moves the head when it has read the last.
struct BatchService {
  double occupied = 0.0;  ///< mean number of places that are taken, over time
  double batch = 0.0;     ///< mean number of requests of a batch
  double idle = 0.0;      ///< share of time in which the queue is empty
};

/// The steady state with Poisson `arrivals`, exponential service times with this `mean`, no time
/// between batches, and a queue that is never full: the sizes of consecutive batches are a Markov
/// chain. Sizes above `largest` are taken for `largest`. Requires a load below 1.
BatchService solve_batch_service(double arrivals, double mean, unsigned largest = 160);

}  // namespace faultpath::analysis
