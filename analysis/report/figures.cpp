// Hands the page's data to the figure script.
#include "analysis/report/figures.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "analysis/report/files.hpp"
#include "analysis/report/page.hpp"
#include "analysis/subprocess.hpp"

namespace faultpath::analysis::report {
namespace {

namespace fs = std::filesystem;

// Debian's, which has Debian's Matplotlib; another in PATH may have none.
constexpr auto kPython = "/usr/bin/python3";

}  // namespace

void write_figures(const std::vector<Source>& sources, const std::string& directory,
                   const std::optional<Verification>& verification) {
  fs::create_directories(directory);
  const ScratchFolder scratch;
  const auto script = scratch.write("figures.py", kFigureScript);
  const auto data = scratch.write("data.json", page_data(sources, verification));
  const int status = run_to_end({kPython, "-I", script.string(), data.string(), directory},
                                scratch.path() / "log");
  if (status != 0)
    throw Missing(fmt::format("the figures need {} with Matplotlib (python3-matplotlib): {}",
                              kPython, scratch.last_line("log")));
}

}  // namespace faultpath::analysis::report
