// Groups that the interrupt thread serves itself, in the place of a work queue.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"
#include "tests/models/kernel/prq/driver_rig.hpp"

namespace faultpath::models {
namespace {

using testing::SizeIs;

constexpr sim::Duration kCost = sim::nanoseconds(5000);
constexpr sim::Duration kAnswered = sim::nanoseconds(150);

class InterruptService : public testing::Test {
 protected:
  void make(GroupService service) {
    RigSpec spec;
    spec.host.cores = 8;
    spec.host.iopf.service = service;
    rig = std::make_unique<HostRig>(std::move(spec));
    strategy = std::make_unique<RecordingStrategy>(rig->context());
    strategy->cost = kCost;
    rig->serve_with(*strategy);
    rig->add_space(1000);
    for (std::uint16_t index = 0; index < 3; ++index) {
      rig->arrive_at(at_ns(0), page_request(10, index));
    }
    rig->run();
  }
  std::unique_ptr<HostRig> rig;
  std::unique_ptr<RecordingStrategy> strategy;
};

// The hop to a worker is most of the latency of a page that is there (review of the VFIO series).
TEST_F(InterruptService, SparesAGroupTheWakeUpOfAWorker) {
  make(GroupService::interrupt_thread);
  EXPECT_EQ(strategy->handled.at(0).begun, at_ns(0) + kToThread + kEach);
}

TEST_F(InterruptService, IsNotWhatLinuxDoes) {
  make(IopfCoreSpec{}.service);
  EXPECT_EQ(strategy->handled.at(0).begun, at_ns(0) + kToThread + kEach + kToWorker);
}

TEST_F(InterruptService, ServesOneGroupAfterTheOtherBeforeTheNextIsRead) {
  make(GroupService::interrupt_thread);
  const auto& seen = rig->endpoints[0].responses;
  ASSERT_THAT(seen, SizeIs(3));
  for (int i = 0; i < 3; ++i) {
    const sim::Duration each = kEach + kCost + kAnswered;
    EXPECT_EQ(seen[static_cast<std::size_t>(i)].at, at_ns(0) + kToThread + (i + 1) * each);
  }
}

// VT-d frees the entries of a batch at its end: a thread that serves keeps them for all that time.
TEST_F(InterruptService, KeepsTheEntriesOfTheQueueMeanwhile) {
  make(GroupService::interrupt_thread);
  EXPECT_EQ(rig->iommu.stats().queue_depth.max(), 3);
  EXPECT_EQ(rig->core.groups(), 0U);
}

}  // namespace
}  // namespace faultpath::models
