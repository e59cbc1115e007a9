// The data of the charts, one panel each. The page's scripts and the figures for slides read them.
#pragma once

#include "analysis/check.hpp"
#include "analysis/json.hpp"
#include "analysis/report/entry.hpp"

namespace faultpath::analysis::report {

// Entries are named by their index. Times are in nanoseconds, memory in bytes. A panel that the
// results have no data for is null.

/// For each distribution its latency by percentile: lines of values with intervals, at `rarities`.
Json tails_data(const Entries& entries);
/// 1/(1-q) of the quantiles of a line: the first is 1, the least value.
Json rarities();

/// Mean time of a fault in each stage; and, where the results have it, at percentiles.
Json stages_data(const Entries& entries);
/// Only the percentiles, for each case.
Json blame_data(const Entries& entries);

/// With guests: time of the faults at percentiles by whose it is.
Json scopes_data(const Entries& entries);

/// Guests of a host and DMA p99 of each case; null when all have as many.
Json density_data(const Entries& entries);

/// Series of replication 0, in rows.
Json series_data(const Entries& entries);

/// Locked memory and DMA p99 of each case; null when all lock the same.
Json memory_data(const Entries& entries);

/// Faults and a metric against the locked limit, of the first source that is a curve.
Json limits_data(const Entries& entries);

/// Changes of the metrics of each case with their margins and verdicts.
Json check_data(const Entries& entries, const Check& check);

/// All of them, under the names that the scripts use.
Json panels_data(const Entries& entries);

}  // namespace faultpath::analysis::report
