// The net draws every key of guests, in scenarios that the loader takes.
#include "tests/net/guest_draw.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/cli/temporary_folder.hpp"
#include "tests/net/scenario_draw.hpp"

namespace faultpath::net {
namespace {

// The word by which an alternative is chosen, as in "(virtio_prq)"; nothing if there is none.
std::string tag_of(const Json& schema) {
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [key, property] : properties.items()) {
    if (property.contains("const") && property["const"].is_string()) {
      return "(" + property["const"].get<std::string>() + ")";
    }
  }
  return {};
}

// Those of strategies and of processes are not keys of guests alone.
bool is_of_others(const std::string& key) { return key == "backing" || key == "processes"; }

void collect_declared(const Json& schema, const std::string& path, std::set<std::string>& keys) {
  for (const Json& choice : schema.value("anyOf", Json::array())) {
    collect_declared(choice, path + tag_of(choice), keys);
  }
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [key, property] : properties.items()) {
    keys.insert(path + "." + key);
    if (!is_of_others(key)) collect_declared(property, path + "." + key, keys);
  }
}

// The alternative of the schema that a map is of.
const Json& choice_for(const Json& schema, const Json& map) {
  const Json& tagged = alternative_of(schema, map);
  if (!tagged.contains("anyOf")) return tagged;
  for (const Json& choice : tagged["anyOf"]) {
    if (choice.contains("properties")) return choice;
  }
  return tagged;
}

void collect_drawn(const Json& value, const Json& given, const std::string& at,
                   std::set<std::string>& keys) {
  if (!value.is_object() || given.contains("$ref")) return;
  const Json& schema = choice_for(given, value);
  const std::string path = at + tag_of(schema);
  for (const auto& [key, member] : value.items()) {
    keys.insert(path + "." + key);
    const Json properties = schema.value("properties", Json::object());
    if (!is_of_others(key) && properties.contains(key)) {
      collect_drawn(member, properties[key], path + "." + key, keys);
    }
  }
}

TEST(GuestDrawSlow, DrawsEveryKeyOfGuests) {
  const Json& guest = document_schema()["properties"]["guests"]["items"];
  std::set<std::string> declared, drawn;
  collect_declared(guest, "", declared);
  ASSERT_GT(declared.size(), 100U);
  const cli::TemporaryFolder folder;
  const std::string draft = (folder.path() / "draft.yaml").string();
  Files files;
  files.recordings = {
      folder.write("plain.csv", "time_ns,device,pasid,address,bytes,rw\n,0,0,4096,512,r\n")};
  files.distributions = {folder.write("times.txt", "100ns\n2us\n350ns\n")};
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    const auto scenario = draw_scenario(seed, files, draft, Scope::guests);
    if (!scenario || !scenario->scenario.contains("guests")) continue;
    for (const Json& each : scenario->scenario["guests"]) collect_drawn(each, guest, "", drawn);
  }
  for (const std::string& key : declared) EXPECT_TRUE(drawn.contains(key)) << key;
}

}  // namespace
}  // namespace faultpath::net
