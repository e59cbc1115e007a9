// Which counters can be told by device.
#include "models/assembly/by_device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

namespace faultpath::models {
namespace {

using ::testing::Contains;
using ::testing::Not;

std::vector<std::string_view> names() {
  std::vector<std::string_view> names;
  for (const CounterInfo& info : device_counter_table()) names.push_back(info.name);
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

}  // namespace
}  // namespace faultpath::models
