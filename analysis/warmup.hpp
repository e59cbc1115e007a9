// How much of the start of a series is not yet steady.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "analysis/result.hpp"

namespace faultpath::analysis {

/// How many leading values to leave out, by MSER-5 (White, Cobb, Spratt: A comparison of five
/// steady-state truncation heuristics for simulation, WSC 2000): batches of five; drop as many
/// as minimise the squared standard error of the mean of the rest, at most half of them. Absent
/// when there are fewer than ten batches, or when dropping half is still best: then the series is
/// too short to tell.
std::optional<std::size_t> mser5_truncation(std::span<const double> values);

/// When the DMA latency of these runs of one case has settled, in nanoseconds after the devices'
/// start: MSER-5 on the mean of their series, because in a single one it takes an excursion for the
/// transient. The series are `dma_latency_ns_mean` and `operations` of each run; a step without an
/// operation stays at the level before it. Absent when the runs are too short to tell. Throws
/// ResultError when a run has no such series.
std::optional<double> settling_time_ns(std::span<const Run* const> pilots);

}  // namespace faultpath::analysis
