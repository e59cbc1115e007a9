// Faults of the second stage: who finds out, what is brought, and what a group gets for an answer.
#include "models/kernel/handlers/nested_handler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr sim::Duration kEntry = nanoseconds(100);
constexpr sim::Duration kMinor = nanoseconds(750);

class NestedHandlerTest : public testing::Test {
 protected:
  void make(std::uint8_t leaf_bits = kPageBits, bool miss_is_known = false) {
    RigSpec spec;
    spec.iommu.levels = {4, 4};
    spec.iommu.second_stage.backing = SecondStageBacking::on_demand;
    spec.iommu.second_stage.leaf_bits = leaf_bits;
    rig = std::make_unique<HostRig>(spec);
    space = &rig->add_space(2000);
    strategy = std::make_unique<RecordingStrategy>(rig->context());
    faults = std::make_unique<NestedHandler>(
        rig->core, rig->kernel.work_queue(),
        NestedSetting{rig->simulation, rig->spec.host, rig->spec.iommu.second_stage, rig->memory,
                      rig->mapping, rig->iommu, miss_is_known, "host"});
  }
  GuestMemory& guest() { return *space->guest; }
  IoPageTable& table() { return *guest().on_demand(); }
  bool has(GpaPage page) { return table().is_mapped(GuestMemory::input_of(page)); }
  void bring(GpaPage page) { rig->mapping.map(table(), GuestMemory::input_of(page)); }
  /// The guest pages of the tables on the way to `page`, from the root down to `lowest`.
  void bring_tables(std::uint64_t page, unsigned lowest = 0) {
    for (unsigned level = lowest; level < 4; ++level) bring(guest().table({page}, level));
  }

  sim::Process serve(std::vector<PageRequest> requests) {
    Worker worker(rig->cores);
    IopfGroup group;
    group.attachment = {space, strategy.get(), faults.get()};
    group.requests = std::move(requests);
    co_await worker.enter();
    code = co_await faults->serve(group, worker);
    co_await worker.pay();
    took = rig->simulation.now() - sim::Time{};
  }
  void handle(std::vector<PageRequest> requests) {
    rig->at(at_ns(0), [this, requests] { rig->simulation.start(serve(requests), "faults"); });
    rig->run();
  }

  std::unique_ptr<HostRig> rig;
  IoPageTable* space = nullptr;
  std::unique_ptr<RecordingStrategy> strategy;
  std::unique_ptr<NestedHandler> faults;
  std::optional<ResponseCode> code;
  sim::Duration took{};
};

// Semantics 10: the first of what is missing is the guest page of the root.
TEST_F(NestedHandlerTest, BringsTheGuestPageOfTheRootFirstAndNothingElse) {
  make();
  handle({page_request(7, 1)});
  EXPECT_EQ(code, ResponseCode::success);
  EXPECT_TRUE(has(guest().table({7}, 3)));
  EXPECT_EQ(table().mapped_pages(), 1U);
  EXPECT_THAT(strategy->handled, IsEmpty());
  EXPECT_EQ(faults->served(DeviceIndex{}).faults_stage2, 1U);
  EXPECT_EQ(faults->served(DeviceIndex{}).faults_minor, 1U);
  EXPECT_EQ(took, kMinor + rig->spec.host.map_cost.map_4k) << "software had no entry to read";
}

TEST_F(NestedHandlerTest, AsksTheFirstStageWhenItsEntryIsAbsent) {
  make();
  bring(guest().table({7}, 3));
  handle({page_request(7, 1)});
  ASSERT_THAT(strategy->handled, SizeIs(1));
  EXPECT_THAT(strategy->handled[0].pages, ElementsAre(7));
  EXPECT_EQ(faults->served(DeviceIndex{}).faults_stage2, 0U);
  EXPECT_EQ(took, kEntry) << "the empty entry of the root";
}

TEST_F(NestedHandlerTest, BringsTheNextTableOnTheWay) {
  make();
  space->map({7});
  bring_tables(7, 2);
  handle({page_request(7, 1)});
  EXPECT_TRUE(has(guest().table({7}, 1)));
  EXPECT_FALSE(has(guest().table({7}, 0)));
  EXPECT_EQ(took, 2 * kEntry + kMinor + rig->spec.host.map_cost.map_4k);
}

TEST_F(NestedHandlerTest, BringsTheDataPageLast) {
  make();
  space->map({7});
  bring_tables(7);
  handle({page_request(7, 1)});
  EXPECT_TRUE(has(guest().data({7})));
  EXPECT_EQ(took, 4 * kEntry + kMinor + rig->spec.host.map_cost.map_4k);
}

TEST_F(NestedHandlerTest, LeavesASpuriousRequestToTheFirstStage) {
  make();
  space->map({7});
  bring_tables(7);
  bring(guest().data({7}));
  handle({page_request(7, 1)});
  EXPECT_THAT(strategy->handled, SizeIs(1));
}

// Semantics 10: split, serve both, answer once.
TEST_F(NestedHandlerTest, AGroupMayMissAtBothStages) {
  make();
  space->map({7});
  bring_tables(7);
  handle({page_request(7, 1, false), page_request(8, 1), page_request(9, 1)});
  EXPECT_EQ(code, ResponseCode::success);
  EXPECT_TRUE(has(guest().data({7})));
  ASSERT_THAT(strategy->handled, SizeIs(1)) << "one call for all of the first stage";
  EXPECT_THAT(strategy->handled[0].pages, ElementsAre(8, 9));
}

TEST_F(NestedHandlerTest, AFailureAtEitherStageIsTheAnswerToAll) {
  make();
  space->map({7});
  bring_tables(7);
  strategy->code = ResponseCode::invalid;
  handle({page_request(7, 1, false), page_request(8, 1)});
  EXPECT_EQ(code, ResponseCode::invalid);
}

TEST_F(NestedHandlerTest, APageOutsideOfTheSpaceIsTheFirstStagesToRefuse) {
  make();
  handle({page_request(5'000, 1)});
  ASSERT_THAT(strategy->handled, SizeIs(1));
  EXPECT_EQ(table().mapped_pages(), 0U);
}

// IHI 0070, 3.12: S2, IPA and class are in the event.
TEST_F(NestedHandlerTest, AStallRecordSaysWhatIsMissingWithoutASoftwareWalk) {
  make(kPageBits, true);
  PageRequest record = page_request(7, 1);
  record.miss = {WalkMiss::Stage::second, 2};
  PageRequest other = page_request(8, 1);
  other.miss = {WalkMiss::Stage::first};
  handle({record, other});
  EXPECT_TRUE(has(guest().table({7}, 2)));
  EXPECT_THAT(strategy->handled, SizeIs(1));
  EXPECT_EQ(took, kMinor + rig->spec.host.map_cost.map_4k);
}

TEST_F(NestedHandlerTest, AGuestPageThatIsThereAlreadyIsSpurious) {
  make(kPageBits, true);
  PageRequest record = page_request(7, 1);
  record.miss = {WalkMiss::Stage::second, 3};
  handle({record, record});
  EXPECT_EQ(faults->served(DeviceIndex{}).faults_stage2, 1U);
  EXPECT_EQ(faults->served(DeviceIndex{}).faults_spurious, 1U);
}

TEST_F(NestedHandlerTest, ALargeLeafComesAsAWhole) {
  make(21);
  handle({page_request(7, 1)});  // the root, among all other tables
  EXPECT_EQ(table().mapped_pages(), kPagesPer2M);
  EXPECT_EQ(guest().peek(guest().table({7}, 3)).order, 9);
  EXPECT_EQ(guest().peek(guest().table({7}, 3)).lowest_level, 1U);
  EXPECT_EQ(faults->served(DeviceIndex{}).faults_stage2, 1U);
  EXPECT_EQ(took, 512 * kMinor + rig->spec.host.map_cost.map_2m);
}

// As Linux splits a huge page before it takes a part of it.
TEST_F(NestedHandlerTest, ALargeLeafThatLosesAPageIsSplitAndGetsThatPageBackAlone) {
  make(21);
  handle({page_request(7, 1)});
  const GpaPage root = guest().table({7}, 3);
  rig->mapping.unmap(table(), GuestMemory::input_of(root));
  EXPECT_FALSE(guest().peek(root).present);
  EXPECT_EQ(guest().peek(guest().table({7}, 0)).order, 0) << "its neighbour";
  EXPECT_EQ(guest().peek(root).lowest_level, 0U) << "the entry of 4 KiB is empty";
}

}  // namespace
}  // namespace faultpath::models
