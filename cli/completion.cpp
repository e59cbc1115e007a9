// Completion scripts, made from the declarations.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/command_line.hpp"

namespace faultpath::cli {
namespace {

std::vector<std::string> option_names(const DeclaredCommand& command) {
  std::vector<std::string> names;
  for (const auto& option : command.options) {
    for (const auto& name : option.names) names.push_back(name);
  }
  return names;
}

// What fills COMPREPLY for a value.
std::string bash_values(const DeclaredOption& option) {
  switch (option.kind) {
    case ValueKind::words:
      return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))",
                         fmt::join(option.words, " "));
    case ValueKind::scenario:
      return "_faultpath_files '*.y?(a)ml'";
    case ValueKind::file:
      return "_faultpath_files '*'";
    case ValueKind::directory:
      return "COMPREPLY=($(compgen -d -- \"$cur\"))";
    case ValueKind::none:
    case ValueKind::free:
      break;
  }
  return ":";
}

std::string bash_command(const DeclaredCommand& command) {
  std::string values;
  std::string positional = ":";
  for (const auto& option : command.options) {
    if (option.is_positional()) {
      if (positional == ":") positional = bash_values(option);
    } else if (option.kind != ValueKind::none) {
      values += fmt::format("        {}) {}; return ;;\n", fmt::join(option.names, " | "),
                            bash_values(option));
    }
  }
  const std::string chosen =
      values.empty() ? "" : fmt::format("      case $prev in\n{}      esac\n", values);
  return fmt::format(
      "    {})\n{}"
      "      if [[ $cur == -* ]]; then\n"
      "        COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n"
      "      else\n"
      "        {}\n"
      "      fi ;;\n",
      command.name, chosen, fmt::join(option_names(command), " "), positional);
}

constexpr auto kBashHead =
    R"(# Completion of faultpath for bash: source <(faultpath completion bash)
_faultpath_files() {
  local name
  shopt -q extglob || local reset='shopt -u extglob'
  shopt -s extglob
  while IFS= read -r name; do
    if [[ -d $name ]]; then
      COMPREPLY+=("$name/")
    elif [[ $name == $1 ]]; then
      COMPREPLY+=("$name")
    fi
  done < <(compgen -f -- "$cur")
  ${reset-}
  compopt -o nospace -o filenames 2>/dev/null
}
_faultpath() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
)";

// A text inside single quotes.
std::string quoted(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return "'" + result + "'";
}

// _arguments gives a meaning to brackets and colons.
std::string zsh_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string zsh_values(const DeclaredOption& option) {
  switch (option.kind) {
    case ValueKind::words:
      return fmt::format("({})", fmt::join(option.words, " "));
    case ValueKind::scenario:
      return "_files -g \"*.(yaml|yml)\"";
    case ValueKind::file:
      return "_files";
    case ValueKind::directory:
      return "_files -/";
    case ValueKind::none:
    case ValueKind::free:
      break;
  }
  return " ";
}

// One specification of _arguments for each name.
std::string zsh_option(const DeclaredOption& option, std::size_t& position) {
  const std::string value =
      option.kind == ValueKind::none
          ? ""
          : fmt::format(":{}:{}", zsh_text(option.placeholder), zsh_values(option));
  if (option.is_positional()) {
    const std::string place = option.repeatable ? "*" : fmt::format("{}", ++position);
    return fmt::format(" \\\n        {}", quoted(place + value));
  }
  std::string text;
  for (const auto& name : option.names) {
    text += fmt::format(" \\\n        {}",
                        quoted(fmt::format("{}{}[{}]{}", option.repeatable ? "*" : "", name,
                                           zsh_text(option.description), value)));
  }
  return text;
}

}  // namespace

std::string bash_completion(const std::vector<DeclaredCommand>& commands) {
  std::string names;
  for (const auto& command : commands) names += command.name + " ";
  std::string text = kBashHead;
  text += fmt::format(
      "  if ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W '{}--help --version' -- \"$cur\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${{COMP_WORDS[1]}} in\n",
      names);
  for (const auto& command : commands) text += bash_command(command);
  return text + "  esac\n}\ncomplete -F _faultpath faultpath ./faultpath\n";
}

std::string zsh_completion(const std::vector<DeclaredCommand>& commands) {
  std::string text =
      "#compdef faultpath\n"
      "# Completion of faultpath for zsh: a file _faultpath in a folder of $fpath.\n"
      "_faultpath() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const auto& command : commands)
    text += fmt::format("    {}\n", quoted(command.name + ":" + zsh_text(command.description)));
  text +=
      "  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $command in\n";
  for (const auto& command : commands) {
    std::size_t position = 0;
    text += fmt::format("    {})\n      _arguments -s", command.name);
    for (const auto& option : command.options) text += zsh_option(option, position);
    text += " ;;\n";
  }
  return text + "  esac\n}\ncompdef _faultpath faultpath\n";
}

}  // namespace faultpath::cli
