// The charts for slides: SVG, PNG and PDF, drawn by Matplotlib.
#pragma once

#include <string>
#include <vector>

#include "analysis/report/entry.hpp"

namespace faultpath::analysis::report {

/// Writes `tail.svg`, `tail.png`, `tail.pdf` and so on into `directory`, which is made when it is
/// not there; the same bytes for the same results. Requires as page_html(). Throws
/// Missing when Python or Matplotlib fail, with what they said.
void write_figures(const std::vector<Source>& sources, const std::string& directory);

}  // namespace faultpath::analysis::report
