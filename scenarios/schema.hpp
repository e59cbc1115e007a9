// What the declarations say about scenario files, for editors and for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace faultpath::scenarios {

/// JSON Schema (draft 2020-12) of scenario files. It knows keys, words, units and ranges; what
/// depends on several keys, or on what a file extends, only the loader knows.
nlohmann::ordered_json json_schema();

/// All keys with type, default, meaning and source, as a page of Markdown.
std::string reference_markdown();

/// A row of `faultpath list`.
struct Listed {
  std::string name;
  std::string doc;
};
/// The words that a key of the scenario may say: "strategies", "iommus", "routes", "eras",
/// "viommus", "devices" (what a device does on a fault), "workloads". Empty for anything else.
std::vector<Listed> listed_words(const std::string& what);

/// The profiles below a folder, by path, with their descriptions.
std::vector<Listed> profiles_below(const std::string& folder);

}  // namespace faultpath::scenarios
