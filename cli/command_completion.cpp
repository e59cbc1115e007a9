// `faultpath completion` and `faultpath man`: the command line described for shells and for man.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace faultpath::cli {
namespace {

// Declared anew, because a command does not know those beside it.
std::vector<DeclaredCommand> everything() {
  CLI::App program;
  return declared_commands(add_commands(program));
}

}  // namespace

Command add_completion(CLI::App& program) {
  auto shell = std::make_shared<std::string>();
  const std::vector<std::string> shells{"bash", "zsh"};
  auto* command =
      program.add_subcommand("completion", "A script that completes commands in a shell");
  command->add_option("SHELL", *shell, "bash | zsh")->required()->check(CLI::IsMember(shells));
  const auto execute = [shell] {
    print(*shell == "bash" ? bash_completion(everything()) : zsh_completion(everything()));
    return 0;
  };
  return {command, execute, {{"SHELL", shells}}};
}

Command add_man(CLI::App& program) {
  auto* command = program.add_subcommand("man", "The manual page: faultpath man | man -l -");
  const auto execute = [] {
    print(man_page(everything()));
    return 0;
  };
  return {command, execute, {}};
}

}  // namespace faultpath::cli
