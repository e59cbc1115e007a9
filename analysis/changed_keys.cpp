// Walks two trees side by side.
#include "analysis/changed_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace faultpath::analysis {
namespace {

constexpr std::array<std::string_view, 5> kWithoutEffect{"name", "description", "replications",
                                                         "seed", "check"};

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// What an element is called; a word is its own name.
std::string name_of(const Json& element) {
  if (element.is_string()) return element.get<std::string>();
  for (const auto* key : {"name", "kind"}) {
    if (!element.is_object()) break;
    if (const auto at = element.find(key); at != element.end() && at->is_string())
      return at->get<std::string>();
  }
  return {};
}

// The elements of a list as members, by name where the names tell them apart.
Json members_of(const Json& list) {
  std::set<std::string> names;
  for (const auto& element : list) names.insert(name_of(element));
  const bool are_named = names.size() == list.size() && !names.contains("");
  Json members = Json::object();
  for (std::size_t i = 0; i < list.size(); ++i)
    members[fmt::format("[{}]", are_named ? name_of(list[i]) : std::to_string(i))] = list[i];
  return members;
}

std::string joined(const std::string& path, const std::string& key) {
  return path.empty() || key.starts_with('[') ? path + key : path + "." + key;
}

void compare(const std::string& path, const Json& base, const Json& now,
             std::vector<ChangedKey>& changed);

void compare_members(const std::string& path, const Json& base, const Json& now,
                     std::vector<ChangedKey>& changed) {
  const auto matters = [&](const std::string& key) {
    return !path.empty() || std::ranges::find(kWithoutEffect, key) == kWithoutEffect.end();
  };
  for (const auto& [key, value] : base.items()) {
    if (!matters(key)) continue;
    const auto other = now.find(key);
    if (other == now.end()) {
      changed.push_back({joined(path, key), text_of(value), ""});
    } else {
      compare(joined(path, key), value, *other, changed);
    }
  }
  for (const auto& [key, value] : now.items())
    if (matters(key) && !base.contains(key))
      changed.push_back({joined(path, key), "", text_of(value)});
}

void compare(const std::string& path, const Json& base, const Json& now,
             std::vector<ChangedKey>& changed) {
  if (base == now) return;
  if (base.is_object() && now.is_object()) {
    compare_members(path, base, now, changed);
  } else if (base.is_array() && now.is_array()) {
    const auto before = changed.size();
    compare_members(path, members_of(base), members_of(now), changed);
    if (changed.size() == before) changed.push_back({path, text_of(base), text_of(now)});  // order
  } else {
    changed.push_back({path, text_of(base), text_of(now)});
  }
}

}  // namespace

std::vector<ChangedKey> changed_keys(const Json& base, const Json& now) {
  std::vector<ChangedKey> changed;
  compare("", base, now, changed);
  return changed;
}

}  // namespace faultpath::analysis
