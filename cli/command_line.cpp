// Reads the declarations back from CLI11.
#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

namespace faultpath::cli {
namespace {

// Placeholders that name a kind of file.
constexpr std::array<std::pair<std::string_view, ValueKind>, 6> kPlaceholders{{
    {"SCENARIO", ValueKind::scenario},
    {"FILE", ValueKind::file},
    {"F", ValueKind::file},
    {"RESULT", ValueKind::file},
    {"BASE", ValueKind::file},
    {"DIR", ValueKind::directory},
}};

std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

// CLI11 adds what a value is checked against: `TEXT:{keep,drop}`.
std::string placeholder_of(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return "";
  if (option.get_positional()) return option.get_name();
  const std::string type = option.get_type_name();
  const std::string word = type.substr(0, type.find_first_of(":[ "));
  return word.empty() ? "VALUE" : word;
}

ValueKind kind_of(const DeclaredOption& option) {
  if (!option.words.empty()) return ValueKind::words;
  if (option.placeholder.empty()) return ValueKind::none;
  const auto known = std::ranges::find(kPlaceholders, option.placeholder,
                                       [](const auto& entry) { return entry.first; });
  return known == kPlaceholders.end() ? ValueKind::free : known->second;
}

DeclaredOption declared(const CLI::Option& option, const Command& command) {
  DeclaredOption result;
  for (const auto& name : option.get_lnames()) result.names.push_back("--" + name);
  for (const auto& name : option.get_snames()) result.names.push_back("-" + name);
  result.placeholder = placeholder_of(option);
  result.description = one_line(option.get_description());
  const std::string key = result.names.empty() ? option.get_name() : result.names.front();
  for (const auto& choice : command.choices) {
    if (choice.option == key) result.words = choice.words;
  }
  result.kind = kind_of(result);
  result.repeatable = option.get_expected_max() > 1 ||
                      option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  result.required = option.get_required();
  return result;
}

}  // namespace

std::vector<DeclaredCommand> declared_commands(const std::vector<Command>& commands) {
  std::vector<DeclaredCommand> result;
  for (const auto& command : commands) {
    auto& declaration = result.emplace_back();
    declaration.name = command.app->get_name();
    declaration.description = one_line(command.app->get_description());
    for (const auto* option : command.app->get_options())
      declaration.options.push_back(declared(*option, command));
  }
  return result;
}

}  // namespace faultpath::cli
