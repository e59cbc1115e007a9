// What the declared command line consists of, for those who describe it: completion and man page.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace faultpath::cli {

/// What a value of an option or an argument is, as far as a shell can complete it.
enum class ValueKind { none, scenario, file, directory, words, free };

struct DeclaredOption {
  std::vector<std::string> names;  ///< `--seed`, `-h`; empty: a positional argument
  std::string placeholder;         ///< `N`, `SCENARIO`; empty: a flag
  std::string description;         ///< one line
  ValueKind kind = ValueKind::none;
  std::vector<std::string> words;  ///< of kind `words`
  bool repeatable = false;
  bool required = false;

  bool is_positional() const { return names.empty(); }
};

struct DeclaredCommand {
  std::string name, description;
  std::vector<DeclaredOption> options;  ///< in the order of the help text
};

/// All commands, in the order of the help text.
std::vector<DeclaredCommand> declared_commands(const std::vector<Command>& commands);

/// The script that completes `faultpath` in bash: `source <(faultpath completion bash)`.
std::string bash_completion(const std::vector<DeclaredCommand>& commands);
/// The same for zsh, a file `_faultpath` in a folder of $fpath.
std::string zsh_completion(const std::vector<DeclaredCommand>& commands);
/// The manual page in man(7) macros: `faultpath man | man -l -`.
std::string man_page(const std::vector<DeclaredCommand>& commands);

}  // namespace faultpath::cli
