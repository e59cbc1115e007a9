// Numbers for people: three significant digits and a unit that scales.
#pragma once

#include <string>

#include "analysis/interval.hpp"

namespace faultpath::analysis {

enum class Unit {
  nanoseconds,       ///< ns, us, ms, s
  bytes,             ///< B, KiB, MiB, GiB, TiB
  bytes_per_second,  ///< B/s, kB/s, MB/s, GB/s, TB/s
  count,             ///< as it is below 10,000; then k, M, G
};

/// `1.23 us`. Zero is `0` without a unit. Negative values keep their sign.
std::string value_text(double value, Unit unit);
/// `1.23 ± 0.05 us`; without the ± when there is one replication only, or hardly any spread.
std::string interval_text(const Interval& interval, Unit unit);
/// As interval_text() with a sign always; `0` when there is no difference at all.
std::string difference_text(const Interval& interval, Unit unit);
/// `+24 %`; empty when `base` is zero.
std::string percent_text(double difference, double base);
/// Minutes and seconds of wall time: `0:07`.
std::string clock_text(double seconds);

}  // namespace faultpath::analysis
