// Fits what one core takes, and adds what several cost each other.
#include "analysis/published/guest_sync.hpp"

#include <fmt/format.h>

#include <Eigen/QR>
#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>

#include "analysis/queues/closed_network.hpp"

namespace faultpath::analysis {
namespace {

std::string name_of(const GuestSyncRow& row) {
  std::string name = fmt::format(
      "{}, {:g} {}",
      row.quantity == GuestSyncRow::Quantity::tlb_sync ? "whole sync" : "qi_submit_sync", row.cores,
      row.cores == 1.0 ? "core" : "cores");
  if (row.between_us) name += fmt::format(", every {:g} us", *row.between_us);
  if (row.socket_cores) name += fmt::format(", {:g} a socket", *row.socket_cores);
  return name;
}

bool is_to_fit(const GuestSyncRow& row, GuestSyncRow::Quantity quantity) {
  return row.quantity == quantity && row.use == RowUse::fit && row.time_us;
}

// With which probability another core was there before: of the same socket, and of others.
struct Before {
  double near = 0.0, far = 0.0;
};
Before before(const GuestSyncRow& row) {
  const double near = std::min(row.cores, row.socket_cores.value_or(row.cores));
  return {.near = (near - 1.0) / row.cores, .far = (row.cores - near) / row.cores};
}

// How many times what moves between two cores of a socket.
double weight(const GuestSyncRow& row) {
  const auto [near, far] = before(row);
  return near + far * kFarTransfer / kLineTransfer;
}

// T = q + m weight.
class Queue {
 public:
  explicit Queue(const std::vector<GuestSyncRow>& rows) {
    std::vector<const GuestSyncRow*> fitted;
    std::set<double> weights;
    for (const auto& row : rows) {
      if (!is_to_fit(row, GuestSyncRow::Quantity::qi_submit_sync)) continue;
      fitted.push_back(&row);
      weights.insert(weight(row));
      add_name(names_, name_of(row));
    }
    fits_moves_ = weights.size() > 1;
    if (!fitted.empty()) fit(fitted);
  }

  bool known() const { return !names_.empty(); }
  double time(const GuestSyncRow& row) const { return alone_ + moved_ * weight(row); }
  void list(std::vector<FittedParameter>& parameters) const {
    if (!known()) return;
    parameters.push_back({"qi_submit_sync, 1 core", alone_, "us", names_});
    parameters.push_back({"moved from core to core", moved_, "us", fits_moves_ ? names_ : ""});
  }

 private:
  void fit(const std::vector<const GuestSyncRow*>& rows) {
    const auto count = static_cast<Eigen::Index>(rows.size());
    Eigen::MatrixXd terms(count, fits_moves_ ? 2 : 1);
    Eigen::VectorXd times(count);
    for (Eigen::Index i = 0; i < count; ++i) {
      const GuestSyncRow& row = *rows[static_cast<std::size_t>(i)];
      terms(i, 0) = 1.0;
      times(i) = row.time_us->value;
      if (fits_moves_) {
        terms(i, 1) = weight(row);
      } else {
        times(i) -= moved_ * weight(row);
      }
    }
    const Eigen::VectorXd found = terms.colPivHouseholderQr().solve(times);
    alone_ = found(0);
    if (fits_moves_) moved_ = found(1);
  }

  double alone_ = 0.0, moved_ = kMovedLines * kLineTransfer;
  bool fits_moves_ = false;
  std::string names_;
};

// Under the lock of the domain, besides the queue: of rows of one core, where nobody waits.
class UnderLock {
 public:
  UnderLock(const std::vector<GuestSyncRow>& rows, const Queue& queue) {
    double sum = 0.0;
    int fitted = 0;
    for (const auto& row : rows) {
      if (!is_to_fit(row, GuestSyncRow::Quantity::tlb_sync) || row.cores != 1.0) continue;
      sum += row.time_us->value - queue.time(row);
      ++fitted;
      add_name(names_, name_of(row));
    }
    if (fitted > 0) rest_ = sum / fitted;
  }

  bool known() const { return !names_.empty(); }
  double rest() const { return rest_; }
  void list(std::vector<FittedParameter>& parameters) const {
    if (known()) parameters.push_back({"the rest of a whole sync", rest_, "us", names_});
  }

 private:
  double rest_ = 0.0;
  std::string names_;
};

double whole_time(const GuestSyncRow& row, double service) {
  if (row.cores == 1.0) return service;
  const auto cores = static_cast<unsigned>(std::lround(row.cores));
  const std::array<Station, 2> stations{Station{.service = service},
                                        Station{.service = *row.between_us, .servers = 0}};
  return solve_closed_network(stations, cores).residence(0);
}

void predict(const GuestSyncRow& row, const Queue& queue, const UnderLock& lock,
             PublishedRow& result) {
  if (!queue.known()) {
    result.note = "no row of qi_submit_sync to fit to";
    return;
  }
  const double inner = queue.time(row);
  if (row.quantity == GuestSyncRow::Quantity::qi_submit_sync) {
    result.predicted = inner;
    if (row.cores <= kMostJudgedCores) result.limit = kTenPercent;
    return;
  }
  if (!lock.known()) {
    result.note = "no row of the whole sync with one core to fit to";
  } else if (row.cores > 1.0 && !row.between_us) {
    const double service = inner + lock.rest();
    result.note = fmt::format(
        "{} needs between_us, how often a core comes: from {:.4g} us, where the lock is free, to "
        "{:.4g} us, where all others are before it",
        result.name, service, row.cores * service);
  } else {
    result.predicted = whole_time(row, inner + lock.rest());
  }
}

}  // namespace

PublishedReport fit_guest_sync(const std::vector<GuestSyncRow>& rows) {
  const Queue queue(rows);
  const UnderLock lock(rows, queue);
  PublishedReport report;
  queue.list(report.parameters);
  lock.list(report.parameters);
  for (const auto& row : rows) {
    PublishedRow result{
        .name = name_of(row), .unit = "us", .use = row.use, .published = row.time_us};
    predict(row, queue, lock, result);
    report.rows.push_back(std::move(result));
  }
  return report;
}

}  // namespace faultpath::analysis
