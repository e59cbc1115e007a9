// One fault through each kind of virtual IOMMU but the emulated VT-d, with every step computed by
// hand. golden_guest_test.cpp has that one. An exit with its access takes 4000 ns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/models/golden_guest_hops.hpp"

namespace faultpath::models {
namespace {

// The first walk reads a stream table entry in two levels, then the context descriptor, at an
// address of the guest that takes four reads of the second stage, then the root, likewise, which is
// empty. The access waits in the host's SMMU: no message goes down before the data are there.
std::vector<StageTime> smmu_by_hand() {
  return {
      {"access, walk", "translate", 201 + 10 + 70 * (2 + 4 + 1 + 4 + 1)},
      {"message and interrupt thread", "queue", 1000 + 2000},
      {"event, handler, fault file", "report", 200 + 500},
      {"main loop returns from ppoll()", "vmm_wake_up", 3000},
      {"read()", "vmm_read", 700},
      {"event into the guest's queue", "vmm_queue", 200},
      {"KVM_SIGNAL_MSI", "inject", 1000},
      {"virtual CPU, running", "virtual_cpu", 2000},
      {"guest's interrupt thread", "guest_wake_up", 3000},
      {"EVENTQ_PROD and EVENTQ_CONS", "guest_registers", 2 * 4000},
      {"guest's fault core", "guest_report", 500},
      // The virtual CPU is the interrupt thread's until it has seen that nothing is left.
      {"EVENTQ_PROD again, worker", "guest_work_queue", 4000 + 1500},
      {"handle_mm_fault()", "guest_handle", 750},
      {"RESUME into the command queue", "guest_respond", 150},
      {"CMDQ_PROD", "guest_exit", 4000},
      {"command parsed, write()", "vmm_answer", 1000},
      {"host's kernel", "respond", 600 + 150},
      {"walk, answer down", "retry", 10 + 70 * 24 + 201},
  };
}

TEST(GoldenEmulatedSmmu, OneStallIsTheSumOfItsStepsToThePicosecond) {
  expect_by_hand(run(one_fault_behind(EmulatedSmmuSpec{})), smmu_by_hand());
}

// The ranges of its steps add up to 27 to 65 us, with a running virtual CPU.
TEST(GoldenEmulatedSmmu, TheDefaultsLieWithinTheRangeOfThePrototype) {
  const auto latency =
      run(one_fault_behind(EmulatedSmmuSpec{})).distribution("fault_latency_ns").max;
  EXPECT_GE(latency, sim::microseconds(27));
  EXPECT_LE(latency, sim::microseconds(65));
}

// Three of the interrupt thread, and RESUME, of whose completion the guest hears nothing.
TEST(GoldenEmulatedSmmu, FourExitsGoToTheVmm) {
  const Counters c = run(one_fault_behind(EmulatedSmmuSpec{})).counters;
  expect_one_guest_fault(c, 4);
  EXPECT_EQ(c.iotlb_invalidations, 0U) << "the VMM invalidates nothing for an event";
}

// The guest's device uses guest page 0, which has no frame on the host. The walk is one of the
// second stage alone: 4 configuration entries and the root, which is empty; then 4 levels.
SystemSpec one_second_stage_fault() {
  SystemSpec spec = one_fault_behind(NoIommuSpec{});
  spec.guests[0].processes.clear();
  spec.devices[0].process.reset();
  spec.guests[0].backing = {"iopf", IopfSpec{}};
  return spec;
}

std::vector<StageTime> none_by_hand() {
  return {
      {"ATS request, walk, completion", "translate", 201 + 10 + 70 * (4 + 1) + 201},
      {"page request", "request", 201},
      {"message and interrupt thread", "queue", 1000 + 2000},
      {"request and handler", "report", 200},
      {"work queue", "work_queue", 1000},
      {"minor fault of the VMM's process, mapping", "handle", 750 + 66.8},
      {"submission, response", "respond", 150 + 201},
      {"ATS request, walk, completion", "retry", 201 + 10 + 70 * 4 + 201},
  };
}

TEST(GoldenWithoutIommu, AFaultOfTheSecondStageIsTheSumOfItsStepsToThePicosecond) {
  expect_by_hand(run(one_second_stage_fault()), none_by_hand());
}

TEST(GoldenWithoutIommu, NothingOfItComesToTheGuest) {
  const Counters c = run(one_second_stage_fault()).counters;
  EXPECT_EQ(c.faults_stage2, 1U);
  EXPECT_EQ(c.faults_stage1, 0U);
  EXPECT_EQ(c.page_requests, 1U);
  EXPECT_EQ(c.vm_exits, 0U);
  EXPECT_EQ(c.guest_requests, 0U);
  EXPECT_EQ(c.guest_interrupts, 0U);
  EXPECT_EQ(c.walk_reads, 1U + 4U);
  EXPECT_EQ(c.config_reads, 4U);
}

// One operation of so many pages, which the guest maps before it and unmaps behind it.
SystemSpec one_operation(std::uint32_t pages, const VirtioMapSpec& virtio = {}) {
  SystemSpec spec = one_fault_behind(virtio);
  const auto bytes = static_cast<std::uint32_t>(pages * kPageBytes);
  auto trace = std::make_shared<TraceData>();
  trace->entries.push_back({Operation{start_of(IovaPage{0}), bytes, false}, {}, 0, 0});
  replay(spec, trace);
  spec.strategy = {"viommu_map", ViommuMapSpec{}};
  return spec;
}

// In the guest a minor fault for each page. A kick, and the VMM's thread wakes; each request takes
// 300 ns of it, and the page is mapped and pinned.
TEST(GoldenVirtioMap, AMapIsOneKickAndARequestForEachPage) {
  for (const std::uint32_t pages : {1U, 4U}) {
    const SystemSpec spec = one_operation(pages);
    const MapCostSpec& costs = spec.guests[0].map_cost;
    const Seen seen = run(spec);
    EXPECT_EQ(seen.distribution("before_dma_ns").count, 1U);
    EXPECT_EQ(seen.distribution("before_dma_ns").max,
              sim::nanoseconds(1'500 + 3'000) +
                  pages * (sim::nanoseconds(750 + 300) + costs.map_4k + costs.pin));
  }
}

// One request for the range. The VMM unmaps each page, writes the ioctl()'s descriptor, and waits
// for IOTLB and device TLB.
TEST(GoldenVirtioMap, AnUnmapIsOneKickAndOneRequest) {
  for (const std::uint32_t pages : {1U, 4U}) {
    const SystemSpec spec = one_operation(pages);
    const MapCostSpec& costs = spec.guests[0].map_cost;
    const Seen seen = run(spec);
    EXPECT_EQ(seen.distribution("after_dma_ns").max,
              sim::nanoseconds(1'500 + 3'000 + 300 + 150) + pages * costs.unmap_4k +
                  sim::nanoseconds(900 + 709 + 201 + 100 + 201));
    EXPECT_EQ(seen.counters.vm_exits, 2U);
    EXPECT_EQ(seen.counters.vm_exits_user, 0U);
    EXPECT_EQ(seen.counters.page_requests, 0U);
    EXPECT_EQ(seen.counters.iotlb_invalidations, 1U);
  }
}

// Eight requests by two: three times the guest kicks and waits for the first two, then for the
// rest.
TEST(GoldenVirtioMap, AFullQueueIsKickedAndWaitedForInBetween) {
  VirtioMapSpec two;
  two.queue_entries = 2;
  const Seen narrow = run(one_operation(8, two)), wide = run(one_operation(8));
  EXPECT_EQ(narrow.counters.vm_exits, 4U + 1U);
  EXPECT_EQ(wide.counters.vm_exits, 1U + 1U);
  EXPECT_EQ(narrow.distribution("before_dma_ns").max - wide.distribution("before_dma_ns").max,
            sim::nanoseconds(3 * (1'500 + 3'000)));
  EXPECT_EQ(narrow.distribution("after_dma_ns").max, wide.distribution("after_dma_ns").max);
}

}  // namespace
}  // namespace faultpath::models
