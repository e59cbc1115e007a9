// How much of the start of a series is not yet steady.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace faultpath::analysis {

/// How many leading values to leave out, by MSER-5 (White, Cobb, Spratt: A comparison of five
/// steady-state truncation heuristics for simulation, WSC 2000): batches of five; drop as many
/// as minimise the squared standard error of the mean of the rest, at most half of them. Absent
/// when there are fewer than ten batches, or when dropping half is still best: then the series is
/// too short to tell.
std::optional<std::size_t> mser5_truncation(std::span<const double> values);

}  // namespace faultpath::analysis
