// The charts for slides: SVG, PNG and PDF, drawn by Matplotlib.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/report/entry.hpp"
#include "analysis/report/page.hpp"

namespace faultpath::analysis::report {

/// Writes `stages.svg`, `stages.png`, `stages.pdf` and so on into `directory`, which is made when
/// it is not there, with a verdict also `check-iopf` for each case that changed; the same bytes for
/// the same results. Requires as page_html(). Throws Missing when Python or Matplotlib fail, with
/// what they said.
void write_figures(const std::vector<Source>& sources, const std::string& directory,
                   const std::optional<Verification>& verification = {});

}  // namespace faultpath::analysis::report
