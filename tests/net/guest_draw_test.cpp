// The net draws every key of guests, and nearly all of them in scenarios that the loader takes.
#include "tests/net/guest_draw.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
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

const Json& guest_schema() { return document_schema()["properties"]["guests"]["items"]; }

std::set<std::string> declared_keys() {
  std::set<std::string> keys;
  collect_declared(guest_schema(), "", keys);
  return keys;
}

void collect_guests(const Json& scenario, std::set<std::string>& keys) {
  for (const Json& each : scenario.value("guests", Json::array())) {
    collect_drawn(each, guest_schema(), "", keys);
  }
}

Files made_in(const cli::TemporaryFolder& folder) {
  Files files;
  files.recordings = {
      folder.write("plain.csv", "time_ns,device,pasid,address,bytes,rw\n,0,0,4096,512,r\n")};
  files.distributions = {folder.write("times.txt", "100ns\n2us\n350ns\n")};
  return files;
}

TEST(GuestDrawSlow, ReachesEveryKeyOfGuests) {
  const cli::TemporaryFolder folder;
  const Files files = made_in(folder);
  std::set<std::string> drawn;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    ValueDraw draw(seed, files);
    Json scenario = drawn_guests(draw);
    plant_guests(scenario, draw);
    collect_guests(scenario, drawn);
  }
  for (const std::string& key : declared_keys()) EXPECT_TRUE(drawn.contains(key)) << key;
}

#ifndef FAULTPATH_SANITIZE  // which take minutes for it, and find nothing in a loader so often used
// What hardly ever fits is mended away.
TEST(GuestDrawSlow, LeavesNearlyEveryKeyToScenariosThatTheLoaderTakes) {
  const cli::TemporaryFolder folder;
  const std::string draft = (folder.path() / "draft.yaml").string();
  const Files files = made_in(folder);
  std::set<std::string> drawn;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const auto scenario = draw_scenario(seed, files, draft, Scope::guests);
    if (scenario) collect_guests(scenario->scenario, drawn);
  }
  const auto declared = declared_keys();
  const auto missing =
      std::ranges::count_if(declared, [&](const std::string& key) { return !drawn.contains(key); });
  EXPECT_LT(static_cast<std::size_t>(missing), declared.size() / 5);
}
#endif

}  // namespace
}  // namespace faultpath::net
