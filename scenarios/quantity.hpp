// Numbers with units, as scenarios write them: exact in, shortest exact text out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/time.hpp"

namespace faultpath::scenarios {

/// Why a text is not a value of the wanted kind. Whoever reads the text adds its place.
struct BadValue {
  std::string message;
  std::string suggestion;
};

// All readers throw BadValue. Units are case-sensitive; a blank may stand before one.

/// "250ns", "1.5us"; ps, ns, us, ms, s, min, h. Exact; not negative; below about 106 days.
sim::Duration parse_duration(std::string_view text);
/// "4KiB", "1.5GiB", "100MB", "64B". A whole number of bytes.
std::uint64_t parse_bytes(std::string_view text);
/// "30%", as 0.3; from 0 to 100 %.
double parse_share(std::string_view text);
/// Events a second: "2Mops/s", "500/s".
double parse_rate(std::string_view text);
/// Bytes a second: "12.5GB/s", "100Gb/s" (bits), "3GiB/s".
double parse_bandwidth(std::string_view text);
/// A whole number without a unit: "32", "1e6".
std::uint64_t parse_integer(std::string_view text);
/// A number without a unit: "0.99".
double parse_real(std::string_view text);

// The text of a value, which its reader turns into the same value again.
std::string duration_text(sim::Duration duration);
std::string bytes_text(std::uint64_t bytes);
std::string share_text(double share);
std::string rate_text(double per_second);
std::string bandwidth_text(double bytes_per_second);

// The units of each kind, for schema and documentation.
std::vector<std::string> duration_units();
std::vector<std::string> bytes_units();
std::vector<std::string> rate_units();
std::vector<std::string> bandwidth_units();

}  // namespace faultpath::scenarios
