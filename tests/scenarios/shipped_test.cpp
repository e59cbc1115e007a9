// The scenarios, profiles and traces that come with the program.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "models/base/address.hpp"
#include "scenarios/file_lookup.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/schema.hpp"
#include "scenarios/trace_file.hpp"
#include "tests/scenarios/schema_check.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

std::string shipped(const std::string& name) {
  return (std::filesystem::path(FAULTPATH_SOURCE_DIR) / "scenarios" / name).string();
}

std::vector<std::string> yaml_files(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() == ".yaml") files.push_back(file.path().string());
  }
  std::ranges::sort(files);
  return files;
}

constexpr const char* kScenarios[] = {
    "ats-requests.yaml",          //
    "base-pages.yaml",            //
    "cold-ring.yaml",             //
    "convoy.yaml",                //
    "first-look.yaml",            //
    "five-queues.yaml",           //
    "guest-density.yaml",         //
    "guest-overcommit.yaml",      //
    "guest-sva.yaml",             //
    "guest-variants.yaml",        //
    "hostile-guest.yaml",         //
    "idle-then-load.yaml",        //
    "interrupt-policies.yaml",    //
    "locked-limit.yaml",          //
    "lost-packets.yaml",          //
    "lost-response.yaml",         //
    "map-or-fault-guest.yaml",    //
    "map-or-fault.yaml",          //
    "memlock-engines.yaml",       //
    "nested-both-levels.yaml",    //
    "nested-walk.yaml",           //
    "noisy-neighbour.yaml",       //
    "notifier-storm.yaml",        //
    "on-demand-paging.yaml",      //
    "oom-kill.yaml",              //
    "overcommit.yaml",            //
    "pin-or-fault-density.yaml",  //
    "post-copy.yaml",             //
    "premap.yaml",                //
    "prq-sizing.yaml",            //
    "prq-storm.yaml",             //
    "reset-in-flight.yaml",       //
    "retry-storm.yaml",           //
    "routes.yaml",                //
    "selective-rings.yaml",       //
    "shared-tables.yaml",         //
    "shared-uplink.yaml",         //
    "slow-ramp-up.yaml",          //
    "steal.yaml",                 //
    "sva-sort.yaml",              //
    "three-pasids.yaml",          //
    "viommu-kinds.yaml",          //
};

class Shipped : public testing::TestWithParam<const char*> {};

TEST_P(Shipped, LoadsAndIsNamedAsItsFile) {
  const auto scenario = load_scenario(shipped(GetParam()));
  EXPECT_EQ(scenario.name + ".yaml", GetParam());
  EXPECT_NE(scenario.description, "");
}

TEST_P(Shipped, ResolvesToTheSameWhenShownAndLoadedAgain) {
  const Scratch scratch;
  const auto path = shipped(GetParam());
  EXPECT_EQ(load_scenario(path).resolved, scratch.load(show_scenario(path)).resolved);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Shipped, testing::ValuesIn(kScenarios),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::erase_if(name, [](char c) {
                             return std::isalnum(static_cast<unsigned char>(c)) == 0;
                           });
                           return name;
                         });

TEST(ShippedFiles, AreAllAcceptedByTheSchema) {
  const auto schema = json_schema();
  for (const auto& file : yaml_files(shipped(""))) {
    EXPECT_EQ(schema_problem(schema, schema, yaml_as_json(read_file(file))), "") << file;
  }
}

struct Reach {
  std::uint64_t reads = 0, pages = 0;
  std::set<std::uint64_t> distinct;
};
Reach reach_of(const models::TraceData& trace) {
  Reach reach;
  for (const auto& entry : trace.entries) {
    const auto& operation = entry.operation;
    const auto last = (operation.address.value + operation.bytes - 1) / models::kPageBytes;
    reach.reads += operation.write ? 0 : 1;
    for (auto page = models::page_of(operation.address).value; page <= last; ++page) {
      reach.distinct.insert(page);
      ++reach.pages;
    }
  }
  return reach;
}

// Of the log: grep -c read, grep -c write.
TEST(ShippedTraces, OfStorageHasTheReadsAndWritesOfTheLog) {
  const auto trace = read_trace(shipped("traces/storage.csv.zst"));
  EXPECT_FALSE(trace->timed);
  ASSERT_EQ(trace->entries.size(), 60'000U);
  EXPECT_EQ(reach_of(*trace).reads, 42'043U);
  for (const auto& entry : trace->entries) {
    ASSERT_EQ(entry.operation.bytes, 4096U);
    ASSERT_LT(entry.operation.address.value, 256U << 20);
  }
}

// Of the recording: zstd -dc | grep -c '^ L', and awk over the pages of each access.
TEST(ShippedTraces, OfSortHasTheAccessesOfTheRecording) {
  const auto trace = read_trace(shipped("traces/sort.csv.zst"));
  ASSERT_EQ(trace->entries.size(), 2'000'000U);
  const auto reach = reach_of(*trace);
  EXPECT_EQ(reach.reads, 1'252'124U);
  EXPECT_EQ(reach.pages, 2'000'280U);
  EXPECT_EQ(reach.distinct.size(), 111U);
}

}  // namespace
}  // namespace faultpath::scenarios
