// What the golden tests of guests share: one fault, its stages by hand, and its counters.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/models/guest_support.hpp"

namespace faultpath::models {

/// A device reads one page of a process in a guest: guest memory pinned, four levels in both
/// stages, one virtual CPU that spins, nobody else. A message takes 201 ns over the link.
inline SystemSpec one_fault_behind(const VirtualIommuSpec& viommu) {
  SystemSpec spec = guest_behind(viommu);
  spec.devices[0].link = {sim::nanoseconds(200), 28e9};  // 1 ns a message
  replay(spec, trace_of_pages({0}));
  return spec;
}

struct StageTime {
  const char* what;   ///< for the reader
  const char* stage;  ///< of the fault log
  double ns;
};

/// The one fault spends these times in these stages, none in all others, and their sum altogether.
inline void expect_by_hand(const Seen& seen, const std::vector<StageTime>& expected) {
  const auto exactly = [](double ns) { return sim::picoseconds(std::llround(ns * 1000.0)); };
  sim::Duration sum{};
  for (const StageTime& each : expected) {
    EXPECT_EQ(seen.stage(each.stage).max, exactly(each.ns)) << each.what;
    sum += exactly(each.ns);
  }
  for (const StageInfo& stage : stage_table()) {
    if (std::ranges::find(expected, stage.name, &StageTime::stage) != expected.end()) continue;
    EXPECT_EQ(seen.stage(stage.name).max, sim::Duration::zero()) << stage.name;
  }
  EXPECT_EQ(seen.distribution("fault_latency_ns").count, 1U);
  EXPECT_EQ(seen.distribution("fault_latency_ns").max, sum);
}

/// One fault of the first stage, which the guest answers after so many exits to the VMM.
inline void expect_one_guest_fault(const Counters& c, std::uint64_t exits) {
  EXPECT_EQ(c.vm_exits_user, exits);
  EXPECT_EQ(c.vm_exits, exits);
  EXPECT_EQ(c.page_requests, 1U);
  EXPECT_EQ(c.guest_requests, 1U);
  EXPECT_EQ(c.guest_interrupts, 1U);
  EXPECT_EQ(c.guest_answers, 1U);
  EXPECT_EQ(c.responses_success, 1U);
  EXPECT_EQ(c.faults_stage1, 1U);
  EXPECT_EQ(c.faults_stage2, 0U) << "guest memory is pinned";
}

}  // namespace faultpath::models
