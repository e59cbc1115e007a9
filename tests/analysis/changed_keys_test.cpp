// Paths of what differs between two scenarios.
#include "analysis/changed_keys.hpp"

#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

std::string keys(const char* base, const char* now) {
  std::string text;
  for (const auto& key : changed_keys(Json::parse(base), Json::parse(now)))
    text += key.path + ": " + key.base + " -> " + key.now + "; ";
  return text;
}

TEST(ChangedKeys, AreNamedByTheirPath) {
  EXPECT_EQ(keys(R"({"host":{"cores":4,"swap":{"latency":"80us"}},"duration":"1ms"})",
                 R"({"host":{"cores":8,"swap":{"latency":"90us"}},"warmup":"1us"})"),
            "host.cores: 4 -> 8; host.swap.latency: 80us -> 90us; duration: 1ms -> ; "
            "warmup:  -> 1us; ");
}

TEST(ChangedKeys, NameElementsOfListsWhereTheirNamesTellThemApart) {
  EXPECT_EQ(keys(R"({"devices":[{"name":"nic","count":1}],"strategies":["pin","iopf"]})",
                 R"({"devices":[{"name":"nic","count":2}],"strategies":["pin","sva"]})"),
            "devices[nic].count: 1 -> 2; strategies[iopf]: iopf -> ; strategies[sva]:  -> sva; ");
  EXPECT_EQ(keys(R"({"a":[1,1]})", R"({"a":[1,2]})"), "a[1]: 1 -> 2; ");
  EXPECT_EQ(keys(R"({"a":["x","y"]})", R"({"a":["y","x"]})"), R"(a: ["x","y"] -> ["y","x"]; )");
}

TEST(ChangedKeys, LeaveOutWhatChangesNothingInARun) {
  EXPECT_EQ(keys(R"({"name":"a","seed":1,"description":"x","replications":5})",
                 R"({"name":"b","seed":2,"replications":10,"check":{"margins":{}}})"),
            "");
  EXPECT_EQ(keys(R"({"host":{"name":"a"}})", R"({"host":{"name":"b"}})"), "host.name: a -> b; ");
}

}  // namespace
}  // namespace faultpath::analysis
