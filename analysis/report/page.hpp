// The report page: one file that asks no network for anything.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/check.hpp"
#include "analysis/report/entry.hpp"

namespace faultpath::analysis::report {

/// What the charts are drawn with, and the licences of that.
struct Libraries {
  std::string script, licences;
};

/// Throws Missing when `folder` has none, or not those that this program was built for.
Libraries read_libraries(const std::string& folder);

/// The verdict on the only source against a baseline.
struct Verification {
  std::string baseline;  ///< what it is called
  Check check;
};

/// Requires at least one source with at least one run, and labels that are unique.
std::string page_html(const std::vector<Source>& sources, const Libraries& libraries,
                      const std::optional<Verification>& verification = {});

/// The data of the charts alone, as the page carries it.
std::string page_data(const std::vector<Source>& sources,
                      const std::optional<Verification>& verification = {});

}  // namespace faultpath::analysis::report
