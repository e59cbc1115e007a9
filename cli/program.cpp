// Finds the command, executes it, and catches each kind of failure once.
#include "cli/program.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <new>
#include <string>
#include <string_view>

#include "analysis/result.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/usage_error.hpp"
#include "scenarios/config_error.hpp"
#include "scenarios/excerpt.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::cli {
namespace {

// Commands that scripts may come to rely on, not yet in this version.
constexpr std::array<std::string_view, 3> kLater{"explain", "sweep", "calibrate"};

constexpr auto kDescription =
    "Simulates the IOMMU fault path: what device page faults, pinning and locked-memory limits do "
    "to DMA latency, throughput and memory.";
constexpr auto kFooter =
    "\nStart with: faultpath compare scenarios/first-look.yaml\n"
    "Exit status: 0 good; 1 a regression or a failed validation; 2 the input or the usage is "
    "wrong;\n"
    "3 an invariant broke or the simulation is stuck; 130 interrupted.";

std::vector<std::string> names_of(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  for (const auto& command : commands) names.push_back(command.app->get_name());
  return names;
}

// CLI11 would take an unknown command for an unexpected argument.
void check_command(const std::vector<Command>& commands, std::string_view word) {
  if (word.empty() || word.starts_with('-')) return;
  if (std::ranges::find(kLater, word) != kLater.end())
    throw UsageError(fmt::format("'{}' is not available in this version", word));
  const auto known = names_of(commands);
  if (std::ranges::find(known, word) != known.end()) return;
  throw UsageError(fmt::format("unknown command '{}'; {}", word, scenarios::hint_for(word, known)));
}

// The option of `command` that an unexpected argument resembles.
std::string hint_for(const CLI::App& command, const std::string& argument) {
  std::vector<std::string> known;
  for (const auto* option : command.get_options())
    for (const auto& name : option->get_lnames()) known.push_back("--" + name);
  const auto near = scenarios::nearest(argument.substr(0, argument.find('=')), known);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

// What CLI11 says, as one line with a way on.
[[noreturn]] void fail_usage(const CLI::App& program, const CLI::ParseError& error) {
  const auto parsed = program.get_subcommands();
  const auto& command = parsed.empty() ? program : *parsed.front();
  const auto name = parsed.empty() ? "faultpath" : "faultpath " + command.get_name();
  std::string message = error.what();
  if (const auto extras = program.remaining(true); !extras.empty())
    message = fmt::format("unexpected argument '{}'{}", extras[0], hint_for(command, extras[0]));
  std::ranges::replace(message, '\n', ' ');
  throw UsageError(fmt::format("{}; {} --help says more", message, name));
}

int execute(int argc, const char* const* argv) {
  CLI::App program{kDescription, "faultpath"};
  program.footer(kFooter);
  program.set_version_flag("--version", "faultpath " FAULTPATH_VERSION);
  program.require_subcommand(1);
  const auto commands = add_commands(program);
  check_command(commands, argc > 1 ? argv[1] : "");
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& wish) {  // --help, --version
    const int status = program.exit(wish);
    flush_output();
    return status;
  } catch (const CLI::ParseError& error) {
    fail_usage(program, error);
  }
  const auto chosen =
      std::ranges::find_if(commands, [](const Command& command) { return command.app->parsed(); });
  const int status = chosen->execute();
  flush_output();
  return status;
}

constexpr std::size_t kLongestMessage = 600;  // of what quotes arguments

int end_with(std::string_view message, int status) {
  complain(fmt::format("faultpath: {}\n", message));
  return status;
}

int end_without_output(const OutputError& error) {
  if (*error.what() == '\0') return kBadInput;
  return end_with(fmt::format("cannot write to standard output: {}", error.what()), kBadInput);
}

// Of the exception that is being handled. A signal lets calls fail in many ways.
int report_failure() {
  try {
    throw_if_interrupted();
    throw;
  } catch (const scenarios::ConfigError& error) {
    complain(fmt::format("{}\n", error.what()));  // begins with its place, for editors to jump to
    return kBadInput;
  } catch (const analysis::ResultError& error) {
    complain(fmt::format("{}\n", error.what()));  // begins with its place, too
    return kBadInput;
  } catch (const UsageError& error) {
    return end_with(scenarios::excerpt(error.what(), kLongestMessage), kBadInput);
  } catch (const OutputError& error) {
    return end_without_output(error);
  } catch (const Interrupted& interrupted) {
    return end_with("interrupted", interrupted.exit_status());
  } catch (const std::bad_alloc&) {
    return end_with("out of memory; simulate less, or make recordings smaller", kBrokenRun);
  } catch (const std::exception& error) {
    return end_with(error.what(), kBrokenRun);
  }
}

}  // namespace

std::vector<Command> add_commands(CLI::App& program) {
  return {add_run(program),        add_compare(program), add_curve(program),  add_lint(program),
          add_show(program),       add_list(program),    add_import(program), add_validate(program),
          add_graph(program),      add_report(program),  add_check(program),  add_trace(program),
          add_completion(program), add_man(program)};
}

int run_program(int argc, const char* const* argv) {
  end_on_signals();
  try {
    const int status = execute(argc, argv);
    throw_if_interrupted();  // even when there was nothing left to interrupt
    return status;
  } catch (...) {
    return report_failure();
  }
}

}  // namespace faultpath::cli
