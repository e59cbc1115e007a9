// The manual page, made from the declarations.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/command_line.hpp"

namespace faultpath::cli {
namespace {

// A backslash begins an escape; a dot or a quote at the start of a line begins a request; a hyphen
// of an option must stay one.
std::string roff_of(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  if (result.starts_with('.') || result.starts_with('\'')) result.insert(0, "\\&");
  return result;
}

std::string bold(const std::string& text) { return "\\fB" + roff_of(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff_of(text) + "\\fR"; }

std::string synopsis(const DeclaredCommand& command) {
  std::string text = bold("faultpath " + command.name);
  for (const auto& option : command.options) {
    if (!option.is_positional()) continue;
    const std::string name = italic(option.placeholder) + (option.repeatable ? "..." : "");
    text += option.required ? " " + name : " [" + name + "]";
  }
  return text + " [options]";
}

std::string entry(const DeclaredOption& option) {
  std::string heading;
  for (const auto& name : option.names) heading += (heading.empty() ? "" : ", ") + bold(name);
  if (!option.placeholder.empty())
    heading += (heading.empty() ? "" : " ") + italic(option.placeholder);
  std::string words;
  if (!option.words.empty())
    words = roff_of(fmt::format(" One of: {}.", fmt::join(option.words, ", ")));
  return fmt::format(".TP\n{}\n{}{}\n", heading, roff_of(option.description), words);
}

std::string section(const DeclaredCommand& command) {
  std::string text = fmt::format(".SS {}\n{}.\n", bold(command.name), roff_of(command.description));
  for (const auto& option : command.options) text += entry(option);
  return text;
}

constexpr auto kHead = R"(.TH FAULTPATH 1 "" "faultpath {}" "User Commands"
.SH NAME
faultpath \- simulate the IOMMU fault path
.SH SYNOPSIS
)";

constexpr auto kTail = R"(.SH EXIT STATUS
.TP
.B 0
Good.
.TP
.B 1
A regression, or a failed validation.
.TP
.B 2
The input or the usage is wrong. The message names file, line and key.
.TP
.B 3
An invariant broke, or the simulation is stuck. The message says who waits for what.
.TP
.B 130
Interrupted. Nothing is half-written.
.SH ENVIRONMENT
.TP
.B NO_COLOR
When it is not empty, tables have no colour.
.SH FILES
.TP
.I results/NAME\-COMMAND/result.json
The result of a run, unless an option names another place.
)";

}  // namespace

std::string man_page(const std::vector<DeclaredCommand>& commands) {
  std::string text = fmt::format(kHead, FAULTPATH_VERSION);
  for (const auto& command : commands)
    text += (&command == &commands.front() ? "" : ".br\n") + synopsis(command) + "\n";
  text +=
      ".SH DESCRIPTION\n"
      "faultpath is a discrete\\-event simulator of the path that a page fault of a device takes\n"
      "through an IOMMU and the kernel. It runs scenarios in YAML under several memory strategies\n"
      "and reports latency distributions, throughput and memory with confidence intervals.\n"
      ".SH COMMANDS\n";
  for (const auto& command : commands) text += section(command);
  return text + kTail;
}

}  // namespace faultpath::cli
