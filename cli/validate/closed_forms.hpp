// `faultpath validate closed-forms`: queues of the fault path beside their solutions.
#pragma once

#include <string>
#include <vector>

#include "analysis/interval.hpp"
#include "models/assembly/system_spec.hpp"

namespace faultpath::cli {

/// A quantity that a closed form predicts and a simulation measures.
struct ClosedFormRow {
  std::string form;      ///< the queue: `credits`
  std::string quantity;  ///< `requests in service (mean)`
  double predicted = 0.0;
  analysis::Interval simulated;  ///< over the replications
  double error = 0.0;            ///< of the prediction, relative to what was simulated
  double allowed = 0.0;          ///< relative, besides the interval: of an approximation
  bool good = false;             ///< inside of the interval, or off by no more than is allowed
};

/// A queue of the path that has a closed form. Its scenario is
/// scenarios/validation/closed-forms/NAME.yaml.
struct ClosedForm {
  std::string name;
  std::string solution;     ///< which formula
  std::string assumptions;  ///< under which it holds
};
std::vector<ClosedForm> closed_forms();

/// Simulates the scenario of each and compares. The intervals have 99.9 % each, so that one in
/// about fifty sets of rows has a false alarm; seeds are fixed. Throws UsageError when a simulation
/// fails, and Interrupted. Requires an InterruptGuard.
std::vector<ClosedFormRow> compare_closed_forms(std::size_t jobs, bool show_progress);

}  // namespace faultpath::cli
