// The log-linear axis, and statistics of a histogram.
#include "sim/histogram.hpp"

#include <algorithm>
#include <bit>
#include <boost/histogram/axis/traits.hpp>
#include <boost/histogram/histogram.hpp>
#include <boost/histogram/make_histogram.hpp>
#include <boost/histogram/storage_adaptor.hpp>
#include <cmath>
#include <limits>

#include "sim/ensure.hpp"

namespace faultpath::sim {
namespace {

constexpr int kSubBits = 6;
constexpr std::int64_t kSub = 1 << kSubBits;

// Bucket 0..63 hold one picosecond each; above, bucket (e, m) holds [(64 + m) 2^e, (65 + m) 2^e).
class LogLinearAxis {
 public:
  using value_type = std::int64_t;

  static boost::histogram::axis::index_type index(std::int64_t value) noexcept {
    if (value < kSub) return static_cast<int>(value);
    const int width = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value)));
    const int exponent = width - 1 - kSubBits;
    return static_cast<int>(exponent * kSub + (value >> exponent));
  }
  static std::int64_t lower(int index) {
    if (index < kSub) return index;
    const int exponent = static_cast<int>(index / kSub) - 1;
    return (kSub + index % kSub) << exponent;
  }
  static std::int64_t upper(int index) {
    return index + 1 < size() ? lower(index + 1) : std::numeric_limits<std::int64_t>::max();
  }
  static std::int64_t value(int index) { return lower(index); }  // Boost's name, for merging
  static boost::histogram::axis::index_type size() noexcept {
    return static_cast<int>((63 - kSubBits) * kSub + kSub);
  }
};

// Compared before it is converted, because what rounds up to 2^63 picoseconds has no integer.
Duration within(double picoseconds, std::int64_t low, std::int64_t high) {
  if (picoseconds <= static_cast<double>(low)) return Duration{low};
  if (picoseconds >= static_cast<double>(high)) return Duration{high};
  return Duration{static_cast<std::int64_t>(picoseconds)};
}

auto make_storage() {
  return boost::histogram::make_histogram_with(std::vector<std::uint64_t>{}, LogLinearAxis{});
}

}  // namespace

struct Histogram::Storage {
  decltype(make_storage()) counts = make_storage();
};

Histogram::Histogram() : storage_(std::make_unique<Storage>()) {}
Histogram::Histogram(const Histogram& other)
    : storage_(std::make_unique<Storage>(*other.storage_)),
      count_(other.count_),
      sum_(other.sum_),
      squares_(other.squares_),
      min_(other.min_),
      max_(other.max_) {}
Histogram::Histogram(Histogram&&) noexcept = default;
Histogram& Histogram::operator=(Histogram other) noexcept {
  storage_ = std::move(other.storage_);
  count_ = other.count_;
  sum_ = other.sum_;
  squares_ = other.squares_;
  min_ = other.min_;
  max_ = other.max_;
  return *this;
}
Histogram::~Histogram() = default;

void Histogram::record(Duration value) {
  const std::int64_t picoseconds = value.count();
  ENSURE(picoseconds >= 0, "a duration is not negative");
  storage_->counts(picoseconds);
  ++count_;
  sum_ += static_cast<std::uint64_t>(picoseconds);
  squares_ += static_cast<Wide>(picoseconds) * static_cast<Wide>(picoseconds);
  min_ = std::min(min_, picoseconds);
  max_ = std::max(max_, picoseconds);
}

void Histogram::merge(const Histogram& other) {
  storage_->counts += other.storage_->counts;
  count_ += other.count_;
  sum_ += other.sum_;
  squares_ += other.squares_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

void Histogram::clear() { *this = Histogram{}; }

double Histogram::mean_ns() const {
  if (count_ == 0) return 0.0;
  return static_cast<double>(sum_) / 1e3 / static_cast<double>(count_);
}

double Histogram::stddev_ns() const {
  if (count_ == 0) return 0.0;
  // Around the mean rounded down, in whole numbers: nothing cancels. Wrapping is harmless, as the
  // sum of squared deviations itself fits.
  const Wide middle = sum_ / count_;
  const Wide deviations = squares_ - 2 * middle * sum_ + middle * middle * count_;
  const auto n = static_cast<double>(count_);
  const double rest = static_cast<double>(sum_ - middle * count_) / n;
  return std::sqrt(std::max(0.0, static_cast<double>(deviations) / n - rest * rest)) / 1e3;
}

Duration Histogram::quantile(double q) const {
  ENSURE(q > 0.0 && q <= 1.0, "a quantile lies in (0, 1]");
  if (count_ == 0) return Duration::zero();
  // A product that is a whole number but for rounding, as 0.07 * 100, stands for that number.
  const double rank = q * static_cast<double>(count_) * (1.0 - 0x1p-51);
  std::uint64_t seen = 0;
  for (int i = 0; i < LogLinearAxis::size(); ++i) {
    const std::uint64_t count = storage_->counts.at(i);
    const auto before = static_cast<double>(seen);
    seen += count;
    if (static_cast<double>(seen) < rank) continue;
    const std::int64_t low = LogLinearAxis::lower(i);
    const auto last = static_cast<double>(LogLinearAxis::upper(i) - 1 - low);
    const double share = (rank - before) / static_cast<double>(count);
    return within(std::nearbyint(static_cast<double>(low) + share * last), min_, max_);
  }
  return max();
}

std::size_t Histogram::bucket_of(Duration value) {
  return static_cast<std::size_t>(LogLinearAxis::index(value.count()));
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> used;
  for (int i = 0; i < LogLinearAxis::size(); ++i) {
    const std::uint64_t count = storage_->counts.at(i);
    if (count == 0) continue;
    used.push_back({Duration{LogLinearAxis::lower(i)}, Duration{LogLinearAxis::upper(i)}, count});
  }
  return used;
}

}  // namespace faultpath::sim
