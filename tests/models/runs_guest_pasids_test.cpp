// PASIDs of guests: a fault file each, and numbers that mean something for one function alone.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>

#include "tests/models/guest_support.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint32_t kSingles = 8;

// The first context asks for a group of four requests, which a buffer of three never takes; the
// second for one page after the other.
SystemSpec one_group_too_large() {
  SystemSpec spec = small_guest();
  spec.devices[0].contexts = 2;
  spec.devices[0].pri.group = 4;
  spec.guests[0].vmm.records = 3;
  auto trace = std::make_shared<TraceData>();
  trace->entries.push_back({Operation{start_of(IovaPage{0}), 4 * kPageBytes, false}, {}, 0, 0});
  for (std::uint32_t i = 0; i < kSingles; ++i) {
    const Operation single{start_of(IovaPage{8 + i}), kPageBytes, false};
    trace->entries.push_back({single, {}, 0, 1});
  }
  replay(spec, trace);
  spec.run.stop.duration = sim::milliseconds(10);
  return spec;
}

// VT-d: a file for each (device, PASID), so that what blocks one does not block the other.
TEST(GuestPasids, EachHasAFaultFileOfItsOwn) {
  const Counters c = run(one_group_too_large()).counters;
  EXPECT_EQ(c.guest_answers, kSingles);
  EXPECT_EQ(c.requests_unanswered, 4U) << "the group at the head of the other file";
  EXPECT_EQ(c.empty_reads, 1U);
}

// What the guest puts into its table is what the device sends and what the host's kernel knows. Two
// functions may have the same numbers: each has a space of its own.
TEST(GuestPasids, TwoFunctionsMayHaveTheSameNumbers) {
  for (const std::uint32_t guests : {1U, 2U}) {
    SystemSpec spec = small_guest();
    spec.guests[0].count = guests;
    spec.devices[0].count = 2;
    spec.devices[0].contexts = 2;
    spec.devices[0].workload.queue_depth = 8;
    spec.run.stop.operations = 256;
    const Counters c = checked_run(spec).counters;
    EXPECT_EQ(c.dma_operations, 256U);
    EXPECT_EQ(c.guest_answers, c.page_request_groups);
    EXPECT_EQ(c.guest_answers_unmatched, 0U);
    EXPECT_EQ(c.responses_misrouted, 0U);
  }
}

// There is nothing that would translate a number of the guest: a function belongs to one guest.
TEST(GuestPasids, AFunctionBelongsToOneGuest) {
  SystemSpec spec = small_guest();
  spec.guests.push_back(spec.guests[0]);
  spec.guests[1].name = "other";
  spec.guests[1].processes[0].name = "theirs";
  spec.devices[0].contexts = 2;
  spec.devices[0].own_contexts.resize(2);
  spec.devices[0].own_contexts[1].process = "theirs";
  const std::vector<SpecProblem> problems = problems_of(spec);
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].path, "devices[0].contexts[1].process");
}

}  // namespace
}  // namespace faultpath::models
