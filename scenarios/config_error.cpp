// The text of a ConfigError.
#include "scenarios/config_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/excerpt.hpp"

namespace faultpath::scenarios {
namespace {

// Input may hold anything; an error stays one line of a few hundred characters, besides the name of
// its file.
constexpr std::size_t kLongestPath = 100, kLongestMessage = 400, kLongestSuggestion = 100;

std::string on_one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

std::string error_text(const Place& place, const std::string& path, const std::string& message,
                       const std::string& suggestion) {
  std::string text = to_string(place);
  for (const auto& part :
       {excerpt(on_one_line(path), kLongestPath), excerpt(on_one_line(message), kLongestMessage)}) {
    if (!part.empty()) text += (text.empty() ? "" : ": ") + part;
  }
  if (!suggestion.empty()) {
    text += fmt::format("; did you mean '{}'?", excerpt(suggestion, kLongestSuggestion));
  }
  return on_one_line(std::move(text));
}

}  // namespace

std::string to_string(const Place& place) {
  std::string text = place.source ? place.source->name : "";
  if (place.line != 0) text += fmt::format(":{}", place.line);
  if (place.line != 0 && place.column != 0) text += fmt::format(":{}", place.column);
  return text;
}

ConfigError::ConfigError(const Place& place, std::string key_path, std::string message,
                         std::string suggestion)
    : std::runtime_error(error_text(place, key_path, message, suggestion)),
      file_(place.source ? place.source->name : ""),
      line_(place.line),
      column_(place.column),
      path_(std::move(key_path)),
      message_(std::move(message)),
      suggestion_(std::move(suggestion)) {}

ConfigError file_error(const std::string& file, const std::string& message, unsigned line,
                       std::string suggestion) {
  return {
      {std::make_shared<Source>(Source{file, {}}), line, 0}, {}, message, std::move(suggestion)};
}

}  // namespace faultpath::scenarios
