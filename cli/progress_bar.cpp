// Adds up the jobs and draws.
#include "cli/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "analysis/units.hpp"
#include "cli/output.hpp"

namespace faultpath::cli {
namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr int kBarWidth = 20;
// Before this share is done, an estimate of the time left is a guess.
constexpr double kLeastShare = 0.02;

std::string bar(double share) {
  const int full = static_cast<int>(share * kBarWidth);
  return std::string(static_cast<std::size_t>(full), '#') +
         std::string(static_cast<std::size_t>(kBarWidth - full), '.');
}

double seconds_of(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

ProgressBar::ProgressBar(std::size_t jobs, std::string what)
    : jobs_(jobs), what_(std::move(what)) {}

ProgressBar::~ProgressBar() {
  if (drawn_ != Clock::time_point{}) complain("\r\033[K");
}

void ProgressBar::update(std::size_t job, const models::Progress& progress) {
  jobs_[job] = progress;
  const auto now = Clock::now();
  if (now - drawn_ < kRedraw) return;
  drawn_ = now;
  complain(fmt::format("\r\033[K{}", line(seconds_of(now - started_))));
  std::fflush(stderr);
}

std::string ProgressBar::line(double elapsed) const {
  double share = 0.0;
  double simulated_ns = 0.0;
  std::uint64_t faults = 0;
  std::size_t done = 0;
  for (const auto& job : jobs_) {
    share += std::clamp(job.fraction, 0.0, 1.0) / static_cast<double>(jobs_.size());
    simulated_ns += sim::to_ns(job.simulated);
    faults += job.faults;
    done += job.fraction >= 1.0 ? 1 : 0;
  }
  auto text = fmt::format("{} [{}] {:3.0f} %  {}/{} runs  simulated {}  faults {}", what_,
                          bar(share), 100.0 * share, done, jobs_.size(),
                          analysis::value_text(simulated_ns, analysis::Unit::nanoseconds),
                          analysis::value_text(static_cast<double>(faults), analysis::Unit::count));
  if (share >= kLeastShare)
    text += fmt::format("  {} left", analysis::clock_text(elapsed * (1.0 - share) / share));
  return text;
}

}  // namespace faultpath::cli
