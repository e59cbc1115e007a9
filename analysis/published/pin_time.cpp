// Fits the time of one thread first, then what several cost each other.
#include "analysis/published/pin_time.hpp"

#include <fmt/format.h>

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace faultpath::analysis {
namespace {

constexpr double kBatchPages = 512.0;
constexpr double kPagesOfGib = 262144.0;

bool is_to_fit(const PinTimeRow& row) { return row.use == RowUse::fit && row.seconds; }
bool is_alone(const PinTimeRow& row) { return row.threads == 1.0; }

std::string name_of(const PinTimeRow& row) {
  const auto name = fmt::format("{}, {:g} GiB, {:g} {}", row.memory, row.gib, row.threads,
                                is_alone(row) ? "thread" : "threads");
  if (row.counted_pages == kBatchPages) return name;
  return fmt::format("{}, per {:g}", name, row.counted_pages);
}

// One thread: log seconds = log c + p log GiB.
class Alone {
 public:
  explicit Alone(const std::vector<PinTimeRow>& rows) {
    for (const auto& row : rows) {
      if (is_to_fit(row) && is_alone(row)) add(row);
    }
    fit_exponent();
  }

  std::optional<double> seconds(const PinTimeRow& row) const {
    const auto found = kinds_.find(row.memory);
    if (found == kinds_.end()) return std::nullopt;
    return std::exp(coefficient(found->second) + exponent_.value * std::log(row.gib));
  }

  void list(std::vector<FittedParameter>& parameters) const {
    for (const auto& [memory, kind] : kinds_) {
      parameters.push_back({memory + ", 1 GiB", std::exp(coefficient(kind)), "s", kind.rows});
    }
    parameters.push_back(exponent_);
  }

 private:
  struct Kind {
    double count = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;  // sums of logarithms
    std::string rows;
    std::set<double> sizes;
  };

  void add(const PinTimeRow& row) {
    auto& kind = kinds_[row.memory];
    const double x = std::log(row.gib);
    const double y = std::log(row.seconds->value);
    kind.count += 1.0;
    kind.x += x;
    kind.y += y;
    kind.xx += x * x;
    kind.xy += x * y;
    kind.sizes.insert(row.gib);
    add_name(kind.rows, name_of(row));
  }

  // The slope within the kinds, all kinds together.
  void fit_exponent() {
    double over = 0.0;
    double under = 0.0;
    for (const auto& [memory, kind] : kinds_) {
      if (kind.sizes.size() < 2) continue;
      over += kind.xy - kind.x * kind.y / kind.count;
      under += kind.xx - kind.x * kind.x / kind.count;
      add_name(exponent_.rows, kind.rows);
    }
    if (under > 0.0) exponent_.value = over / under;
  }

  double coefficient(const Kind& kind) const {
    return (kind.y - exponent_.value * kind.x) / kind.count;
  }

  std::map<std::string, Kind> kinds_;
  FittedParameter exponent_{.name = "exponent of the size", .value = 1.0, .unit = ""};
};

double batches_of(const PinTimeRow& row) { return row.gib * kPagesOfGib / kBatchPages; }

// Seconds for one second of each of: what is shared, a hand-over.
double sharing(const PinTimeRow& row) { return batches_of(row) * (row.threads - 1.0); }
double handing_over(const PinTimeRow& row) {
  return sharing(row) * kBatchPages / row.counted_pages;
}

// What several threads cost each other, in seconds.
class Together {
 public:
  Together(const std::vector<PinTimeRow>& rows, const Alone& alone) {
    std::set<double> counted;
    for (const auto& row : rows) {
      const auto one = alone.seconds(row);
      if (!is_to_fit(row) || is_alone(row) || !one) continue;
      add(row, row.seconds->value - *one / row.threads);
      counted.insert(row.counted_pages);
    }
    solve(counted.size() > 1);
  }

  double seconds(const PinTimeRow& row) const {
    return shared_ * sharing(row) + hand_over_ * handing_over(row);
  }

  void list(std::vector<FittedParameter>& parameters) const {
    if (names_.empty()) return;
    parameters.push_back({"hand-over, for each other thread", hand_over_ * 1e6, "us", names_});
    parameters.push_back({"shared, for each other thread", shared_ * 1e6, "us", names_});
  }

 private:
  // Normal equations, each row relative to its time.
  void add(const PinTimeRow& row, double more) {
    const Eigen::Vector2d terms =
        Eigen::Vector2d{sharing(row), handing_over(row)} / row.seconds->value;
    a_ += terms * terms.transpose();
    b_ += terms * more / row.seconds->value;
    add_name(names_, name_of(row));
  }

  void solve(bool both) {
    if (names_.empty()) return;
    if (both) {
      const Eigen::Vector2d solution = a_.colPivHouseholderQr().solve(b_);
      shared_ = solution(0);
      hand_over_ = solution(1);
    }
    if (!both || shared_ < 0.0) {
      shared_ = 0.0;
      hand_over_ = std::max(0.0, b_(1) / a_(1, 1));
    } else if (hand_over_ < 0.0) {
      hand_over_ = 0.0;
      shared_ = std::max(0.0, b_(0) / a_(0, 0));
    }
  }

  Eigen::Matrix2d a_ = Eigen::Matrix2d::Zero();
  Eigen::Vector2d b_ = Eigen::Vector2d::Zero();
  double shared_ = 0.0, hand_over_ = 0.0;
  std::string names_;
};

}  // namespace

PublishedReport fit_pin_time(const std::vector<PinTimeRow>& rows) {
  const Alone alone(rows);
  const Together together(rows, alone);
  PublishedReport report;
  alone.list(report.parameters);
  together.list(report.parameters);
  for (const auto& row : rows) {
    PublishedRow result{.name = name_of(row),
                        .unit = "s",
                        .use = row.use,
                        .published = row.seconds,
                        .limit = kTenPercent};
    if (const auto one = alone.seconds(row)) {
      result.predicted = *one / row.threads + together.seconds(row);
    } else {
      result.note = "no row of one thread and this memory to fit to";
    }
    report.rows.push_back(std::move(result));
  }
  return report;
}

}  // namespace faultpath::analysis
