// When an experiment has enough replications.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "analysis/interval.hpp"
#include "analysis/result.hpp"

namespace faultpath::analysis {

/// An interval that is still too wide.
struct Unprecise {
  std::string label, metric;  ///< of a case
  double relative = 0.0;      ///< half of the interval, as a share of the estimate
};

/// Watches the intervals of the p99 of DMA and fault latency and of throughput in every case, and
/// stops when half of each is at most p / (1 + p) of its estimate (Law, Kelton: Simulation Modeling
/// and Analysis, 9.4.1), not before 10 replications, and only if it stays so for 5 more (Hoad,
/// Robinson, Davies: Automating discrete-event simulation output analysis, 2010), because the first
/// interval that is narrow enough is often so by chance. A quantile for which the runs are too
/// short does not count: more of them do not make it right.
class PrecisionWatch {
 public:
  static constexpr std::size_t kFewest = 10, kLookAhead = 5;

  /// Requires 0 < precision and 0 < confidence < 1.
  PrecisionWatch(double precision, double confidence)
      : precision_(precision), confidence_(confidence) {}

  /// The next replication of every case.
  void add(std::span<const Run* const> replication);

  double precision() const { return precision_; }
  std::size_t replications() const { return replications_; }
  bool is_reached() const { return held_ > kLookAhead; }
  /// How many replications are missing at least; 0 when it is reached.
  std::size_t missing() const;
  /// What is too wide after the last replication.
  std::vector<Unprecise> unprecise() const;

 private:
  /// The replications of one case, as far as they are watched.
  struct Watched {
    std::map<std::string, std::vector<Distribution>> distributions;
    std::map<std::string, Distribution> wholes;
    std::vector<double> throughput;
  };

  void judge(const std::string& label, const std::string& metric, const Interval& interval,
             std::vector<Unprecise>& found) const;

  double precision_, confidence_;
  std::size_t replications_ = 0;
  std::size_t held_ = 0;  // the last so many replications left nothing too wide
  std::map<std::string, Watched> cases_;
};

}  // namespace faultpath::analysis
