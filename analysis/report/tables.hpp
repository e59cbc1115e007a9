// The parts of the page that work without scripts, as HTML.
#pragma once

#include <string>

#include "analysis/check.hpp"
#include "analysis/report/entry.hpp"

namespace faultpath::analysis::report {

/// One sentence a case: what it locks, how long it starts up, its tail and its throughput.
std::string words_html(const Entries& entries);

/// The outcome, what differs in the scenario, and the metrics that are not the same.
std::string check_html(const Check& check, const std::string& baseline);

/// Metrics with intervals and the paired change; cases are columns where they are few, else rows.
std::string comparison_html(const Entries& entries);

/// Mean over replications of every counter that is not zero everywhere.
std::string counters_html(const Entries& entries);

/// Parameters that differ between sources first, then those that differ from the default, then all.
std::string parameters_html(const Entries& entries);

/// Where each result is from: scenario, program, seed, replications, fingerprints.
std::string provenance_html(const Entries& entries);

}  // namespace faultpath::analysis::report
