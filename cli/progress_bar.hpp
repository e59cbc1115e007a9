// A line on stderr that says how far the runs are and how long they still take.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "models/assembly/run.hpp"

namespace faultpath::cli {

/// Redraws itself at most ten times a second and removes itself at the end.
class ProgressBar {
 public:
  ProgressBar(std::size_t jobs, std::string what);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void update(std::size_t job, const models::Progress& progress);
  /// What is on the line after `elapsed` seconds.
  std::string line(double elapsed) const;

 private:
  using Clock = std::chrono::steady_clock;

  std::vector<models::Progress> jobs_;
  std::string what_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point drawn_{};
};

}  // namespace faultpath::cli
