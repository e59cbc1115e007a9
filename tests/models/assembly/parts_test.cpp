// Which counters can be told by device, guest and process, and which devices belong together.
#include "models/assembly/parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "tests/models/guest_support.hpp"

namespace faultpath::models {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

std::vector<std::string_view> names(Dimension dimension = Dimension::device) {
  std::vector<std::string_view> names;
  for (const CounterInfo& info : part_counter_table(dimension)) names.push_back(info.name);
  return names;
}

// A page request is of a device, as are its translation, its walk, its answer and its fault.
TEST(DeviceCounters, AreThoseOfWhatADeviceAsksFor) {
  for (const char* name :
       {"dma_operations",     "dma_bytes",         "dma_dropped",       "page_accesses",
        "ats_requests",       "iotlb_misses",      "walk_reads",        "config_reads",
        "page_requests",      "auto_responses",    "requests_dropped",  "requests_answered",
        "requests_discarded", "responses_invalid", "faults_minor",      "faults_stage2",
        "faults_fatal",       "lost_responses",    "atc_invalidations", "timeouts"})
    EXPECT_THAT(names(), Contains(name));
}

// A page may be shared by devices, and the queue and the interrupt thread are.
TEST(DeviceCounters, AreNotThoseOfMemoryTheQueueOrTheHost) {
  for (const char* name :
       {"evictions", "pages_mapped", "pages_unmapped", "pages_pinned", "queue_overflows",
        "interrupts", "iotlb_invalidations", "mmap_lock_sections", "vm_exits"})
    EXPECT_THAT(names(), Not(Contains(name)));
}

TEST(GuestCounters, AreThoseOfDevicesAndWhatEachMachineCountsForItself) {
  for (const char* name : {"dma_bytes", "faults_stage2", "vm_exits", "vcpu_run_ns", "guest_answers",
                           "guest_groups_delayed", "pages_fetched", "pages_mapped", "evictions"})
    EXPECT_THAT(names(Dimension::guest), Contains(name));
  for (const char* name : {"queue_overflows", "interrupts", "iotlb_invalidations"})
    EXPECT_THAT(names(Dimension::guest), Not(Contains(name)));
  EXPECT_EQ(names(Dimension::process), names());
}

PartPlan parts_of(const SystemSpec& spec, Dimension dimension) {
  return part_plan(dimension, spec, plan_of(spec));
}

TEST(Parts, ADeviceOfNoGuestIsTheHosts) {
  SystemSpec spec = small_guest();
  spec.devices.push_back(small_system().devices[0]);
  spec.devices[1].name = "own";
  spec.traces.resize(2);
  const PartPlan parts = parts_of(spec, Dimension::guest);
  EXPECT_THAT(parts.names, ElementsAre("vm", "host"));
  EXPECT_THAT(parts.of_device, ElementsAre(0, 1));
}

TEST(Parts, AGuestThatIsCalledHostIsNotTheHost) {
  SystemSpec spec = small_guest();
  spec.guests[0].name = "host";
  spec.devices[0].guest = "host";
  EXPECT_THAT(parts_of(spec, Dimension::guest).names, ElementsAre("host", "host (2)"));
}

// A process that is declared, and one that is a device's own, of the same name.
TEST(Parts, ProcessesOfOneNameAreKeptApart) {
  SystemSpec spec = small_system();
  spec.devices.push_back(spec.devices[0]);
  spec.devices[1].name = "other";
  spec.devices[1].process = spec.devices[0].name;
  spec.processes.emplace_back().name = spec.devices[0].name;
  spec.traces.resize(2);
  const PartPlan parts = parts_of(spec, Dimension::process);
  EXPECT_THAT(parts.names, ElementsAre("device", "device (2)"));
  EXPECT_THAT(parts.of_device, ElementsAre(0, 1));
}

TEST(Parts, DevicesThatShareAProcessAreOnePart) {
  SystemSpec spec = small_system();
  spec.processes.emplace_back().name = "db";
  spec.devices[0].process = "db";
  spec.devices.push_back(spec.devices[0]);
  spec.devices[1].name = "other";
  spec.traces.resize(2);
  EXPECT_THAT(parts_of(spec, Dimension::process).names, ElementsAre("db"));
  EXPECT_THAT(parts_of(spec, Dimension::process).of_device, ElementsAre(0, 0));
}

}  // namespace
}  // namespace faultpath::models
