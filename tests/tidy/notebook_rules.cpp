// A rule about notebooks: what they showed when they last ran is not kept.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tests/tidy/rules.hpp"

namespace faultpath::tidy {
namespace {

using nlohmann::json;

json parsed(const SourceFile& file) {
  std::string text;
  for (const auto& line : file.lines) text += line + "\n";
  return json::parse(text, nullptr, false);
}

bool has_run(const json& cell) {
  const auto outputs = cell.find("outputs");
  const auto count = cell.find("execution_count");
  return (outputs != cell.end() && !outputs->empty()) || (count != cell.end() && !count->is_null());
}

}  // namespace

void check_notebook(const SourceFile& file, Findings& findings) {
  if (!file.path.ends_with(".ipynb")) return;
  const json notebook = parsed(file);
  if (!notebook.is_object() || !notebook.contains("cells")) {
    findings.push_back({file.path, 1, "not a notebook"});
    return;
  }
  std::size_t number = 0;
  for (const auto& cell : notebook["cells"]) {
    ++number;
    if (!has_run(cell)) continue;
    findings.push_back(
        {file.path, 1,
         fmt::format("cell {} has an output; jupyter-nbconvert --clear-output --inplace", number)});
  }
}

}  // namespace faultpath::tidy
