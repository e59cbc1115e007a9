// Escapes and fills.
#include "analysis/report/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace faultpath::analysis::report {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string embedded(const Json& json) {
  auto text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  replace_all(text, "<", "\\u003c");
  return text;
}

std::string embedded_script(std::string_view script) {
  std::string text{script};
  replace_all(text, "</script", "<\\/script");
  replace_all(text, "<!--", "<\\!--");
  return text;
}

std::string typeset(std::string text) {
  if (text.ends_with(" us")) text.replace(text.size() - 2, 1, "µ");
  return text;
}

std::string quantity(double value, Unit unit) { return typeset(value_text(value, unit)); }

double rounded(double value) { return std::strtod(fmt::format("{:.4g}", value).c_str(), nullptr); }

std::string filled(std::string_view text, const std::vector<Replacement>& replacements) {
  std::string result;
  while (true) {
    const auto open = text.find("{{"), close = text.find("}}", open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    const auto name = text.substr(open + 2, close - open - 2);
    const auto at = std::ranges::find(replacements, name, &Replacement::name);
    if (at == replacements.end())
      throw std::logic_error(fmt::format("nothing to fill '{}' with", name));
    result += text.substr(0, open);
    result += at->text;
    text.remove_prefix(close + 2);
  }
  return result + std::string{text};
}

}  // namespace faultpath::analysis::report
