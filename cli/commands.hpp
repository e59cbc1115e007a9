// The commands: each adds itself to the command line and can then be executed.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>
#include <vector>

namespace faultpath::cli {

/// The words that an option (`--times`) or an argument (`WHAT`) takes.
struct Choice {
  std::string option;
  std::vector<std::string> words;
};

/// `execute` returns the exit status; it is called when the arguments have been parsed.
struct Command {
  CLI::App* app;
  std::function<int()> execute;
  std::vector<Choice> choices{};  ///< for shells to complete
};

Command add_run(CLI::App& program);
Command add_compare(CLI::App& program);
Command add_curve(CLI::App& program);
Command add_lint(CLI::App& program);
Command add_show(CLI::App& program);
Command add_list(CLI::App& program);
Command add_import(CLI::App& program);
Command add_validate(CLI::App& program);
Command add_graph(CLI::App& program);
Command add_report(CLI::App& program);
Command add_check(CLI::App& program);
Command add_trace(CLI::App& program);
Command add_completion(CLI::App& program);
Command add_man(CLI::App& program);

/// All of them, in the order of the help text.
std::vector<Command> add_commands(CLI::App& program);

}  // namespace faultpath::cli
