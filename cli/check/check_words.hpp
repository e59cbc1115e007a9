// The words and numbers of a check that table, Markdown and JUnit share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/check.hpp"

namespace faultpath::cli {

/// `1.23 us`, `0.26 per operation`.
std::string quantity_text(double value, analysis::Quantity quantity);
/// `+12.3 ± 0.4 %`; empty for a counter that had to stay 0.
std::string change_text(const analysis::MetricCheck& metric);
/// `5 %`; empty for a counter that had to stay 0.
std::string margin_text(const analysis::MetricCheck& metric);
/// `inconclusive, 24 replications would tell`.
std::string verdict_text(const analysis::MetricCheck& metric);
/// `10 replications, paired: 1 worse, 30 same`, or that it is identical.
std::string case_text(const analysis::CaseCheck& one);
/// `host.swap.latency: 80us -> 90us`.
std::string key_text(const analysis::ChangedKey& key);
/// `in replication 0 the runs part between 1.34 ms and 1.38 ms, in devices/nic.0`. Absent unless
/// both have a trail.
std::optional<std::string> divergence_text(const analysis::CaseCheck& one);
/// What came before that in both runs, and then in each, a line an event. Empty where nobody
/// looked.
std::vector<std::string> event_lines(const analysis::CaseCheck& one);
/// Where the time of a fault went or came from: `a fault takes 1.01 us longer, 1 us of it in stage
/// queue`. Absent unless the metrics of the case got worse or better.
std::optional<std::string> stage_text(const analysis::CaseCheck& one);

}  // namespace faultpath::cli
