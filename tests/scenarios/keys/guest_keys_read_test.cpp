// Whether every key of a guest has somebody who says when nothing reads it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "models/assembly/rules/guest_key_problems.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

// Facts about the machine, which has virtual CPUs as it has memory; what is read whatever the kind
// and the strategy are; and what rules of their own look at.
const std::set<std::string> kElsewhere{"name",
                                       "count",
                                       "memory",
                                       "vcpus.count",
                                       "backing",
                                       "viommu.kind",
                                       "viommu.request",
                                       "migration",
                                       "bind",
                                       "cpu_second_stage",
                                       "vmm.costs.table_read",
                                       "processes"};

bool begins_with_key(const std::string& path, const std::string& key) {
  return path == key || path.starts_with(key + ".");
}

bool is_looked_at(const std::string& path) {
  const auto is_of = [&](const auto& key) { return begins_with_key(path, std::string(key)); };
  return std::ranges::any_of(models::keys_that_guests_may_not_use(), is_of) ||
         std::ranges::any_of(kElsewhere, is_of);
}

Json guest_schema() { return document_keys().schema()["properties"]["guests"]["items"]; }

void collect_keys(const Json& schema, const std::string& path, std::set<std::string>& keys) {
  bool is_map = false;
  for (const Json& choice : schema.value("anyOf", Json::array())) {
    is_map |= choice.contains("properties");
    if (choice.contains("properties")) collect_keys(choice, path, keys);
  }
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [key, property] : properties.items()) {
    collect_keys(property, path.empty() ? key : path + "." + key, keys);
  }
  if (properties.empty() && !is_map) keys.insert(path);
}

TEST(GuestKeys, AreAllLookedAtByTheTableOrByARule) {
  std::set<std::string> keys;
  collect_keys(guest_schema(), "", keys);
  EXPECT_GT(keys.size(), 80U);
  for (const std::string& key : keys) EXPECT_TRUE(is_looked_at(key)) << key;
}

TEST(GuestKeys, OfTheTableAreInTheSchema) {
  std::set<std::string> keys;
  collect_keys(guest_schema(), "", keys);
  for (const auto& key : models::keys_that_guests_may_not_use()) {
    EXPECT_TRUE(std::ranges::any_of(keys, [&](const std::string& path) {
      return begins_with_key(path, std::string(key));
    })) << key;
  }
}

}  // namespace
}  // namespace faultpath::scenarios
