// Settings of the fault core that have no effect are refused.
#include "models/assembly/rules/iopf_problems.hpp"

#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

TEST(IopfProblems, AreNoneByDefault) { EXPECT_TRUE(iopf_problems(small_system()).empty()); }

TEST(IopfProblems, StallsHaveNoPartialGroups) {
  SystemSpec spec = small_system();
  spec.host.iopf.hold_partial = false;
  EXPECT_TRUE(iopf_problems(spec).empty());
  spec.iommu.kind = IommuKind::smmu_stall;
  const auto problems = iopf_problems(spec);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "host.iopf.hold_partial");
}

// Recalling what user space has read is impossible, hence the consensus on whole groups.
TEST(IopfProblems, UserSpaceTakesWholeGroupsAndServesThemItself) {
  for (const FaultRoute route : {FaultRoute::iommufd, FaultRoute::container}) {
    SystemSpec spec = small_system();
    spec.route = route;
    EXPECT_TRUE(iopf_problems(spec).empty());
    spec.host.iopf.hold_partial = false;
    spec.host.iopf.service = GroupService::interrupt_thread;
    const auto problems = iopf_problems(spec);
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_EQ(problems[0].path, "host.iopf.hold_partial");
    EXPECT_EQ(problems[1].path, "host.iopf.service");
  }
}

TEST(IopfProblems, TheInterruptThreadQueuesNothing) {
  SystemSpec spec = small_system();
  spec.host.work_queue.max_active = 4;
  spec.host.work_queue.nodes = 2;
  EXPECT_TRUE(iopf_problems(spec).empty());
  spec.host.iopf.service = GroupService::interrupt_thread;
  const auto problems = iopf_problems(spec);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].path, "host.work_queue.max_active");
  EXPECT_EQ(problems[1].path, "host.work_queue.nodes");
}

}  // namespace
}  // namespace faultpath::models
