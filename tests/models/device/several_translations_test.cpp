// Devices that ask for several translations in one request (PCIe 10.2.2; semantics 2.1).
#include <gmock/gmock.h>

#include "tests/models/device/device_fixture.hpp"
#include "tests/models/forked_run.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class SeveralTranslations : public DeviceFixture {
 protected:
  static DeviceSpec several(std::uint32_t translations, std::uint32_t group = 1) {
    DeviceSpec spec = device_spec(1, group);
    spec.ats.translations_per_request = translations;
    return spec;
  }
};

// The completion is longer by 8 bytes for each translation after the first.
TEST_F(SeveralTranslations, ComeWithOneRequest) {
  make(several(4, 4), {reads(3, 4)});
  root->mapped = {3, 4, 5, 6};
  run();
  EXPECT_THAT(translated(), ElementsAre(3));
  EXPECT_EQ(root->translations[0].message.translations, 4);
  EXPECT_EQ(device->stats().ats_requests, 1U);
  EXPECT_EQ(latencies.translation_latency.max(), 2 * kHop + sim::transfer_time(3 * 8, 4.096e12));
}

TEST_F(SeveralTranslations, KeepWhatTheOperationDoesNotNeed) {
  make(several(4), {reads(3), reads(6), reads(7)});
  root->mapped = {3, 4, 5, 6, 7};
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 7));
  EXPECT_EQ(device->stats().atc_hits, 1U);
}

TEST_F(SeveralTranslations, KeepNothingThatIsAbsent) {
  make(several(4), {reads(3), reads(4)});
  root->mapped = {3};
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 4, 4));
  EXPECT_EQ(device->stats().page_requests, 1U);
}

// The IOMMU may give fewer than it is asked for; the device goes on from there.
TEST_F(SeveralTranslations, FewerThanAskedForAreAskedForAgain) {
  make(several(16, 16), {reads(3, 5)});
  root->mapped = {3, 4, 5, 6, 7};
  root->most = 2;
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 5, 7));
  EXPECT_EQ(device->stats().dma_dropped, 0U);
}

TEST_F(SeveralTranslations, AWindowBeyondOneRequestTakesMore) {
  make(several(2, 5), {reads(3, 5)});
  root->mapped = {3, 4, 5, 6, 7};
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 5, 7));
}

// One completion without permission for all four, one group, and one request again.
TEST_F(SeveralTranslations, AbsentPagesAreOneCompletionAndOneGroup) {
  make(several(4, 4), {reads(3, 4)});
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 3));
  EXPECT_THAT(root->requests, SizeIs(4));
  EXPECT_EQ(device->stats().page_request_groups, 1U);
}

TEST_F(SeveralTranslations, OnlyWhatIsAbsentIsRequestedAndAskedForAgain) {
  make(several(8, 8), {reads(3, 4)});
  root->mapped = {3, 4, 6};
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 5, 6, 5));
  ASSERT_THAT(root->requests, SizeIs(1));
  EXPECT_EQ(root->requests[0].message.page, IovaPage{5});
}

// A page that another operation has asked for is left to it.
TEST_F(SeveralTranslations, OutstandingMissesOfOthersAreTheirOwn) {
  DeviceSpec spec = several(4);
  spec.workload.queue_depth = 2;
  make(spec, {reads(3), reads(5), reads(4)});
  root->mapped = {3, 4, 5, 6};
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 5));
  EXPECT_EQ(device->stats().atc_hits, 1U);
}

// The device has the translations after two hops, at 200 ns, and page 6 is used at 600 ns.
TEST_F(SeveralTranslations, AnInvalidationForgetsWhatCameAlong) {
  make(several(4), {reads(3), reads(4), reads(6)});
  root->mapped = {3, 4, 5, 6};
  invalidate_at(at_ns(150), 6);
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 6));
}

// The completion with pages 3 to 6 comes after the reset, and later ones bring one page each.
TEST_F(SeveralTranslations, AResetForgetsThoseThatAreOnTheirWay) {
  incidents = {{.kind = Incident::Kind::reset,
                .at = kHop + sim::nanoseconds(1),
                .interface = true,
                .duration = sim::nanoseconds(1000)}};
  make(several(4), {reads(3), reads(4)});
  root->mapped = {3, 4, 5, 6};
  rig.at(at_ns(500), [this] { root->most = 1; });
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 3, 4));
}

// 64 pages in order, one at a time: a request for each 1, 4 or 16.
TEST(SeveralTranslationsRuns, TakeARequestForEachRun) {
  for (const std::uint32_t translations : {1U, 4U, 16U}) {
    SystemSpec spec = small_system();
    spec.strategy = {"pin", PinSpec{}};
    spec.devices[0].ats.translations_per_request = translations;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.ats_requests, 64U / translations);
    EXPECT_EQ(seen.counters.walk_reads, 4U + 63U) << "the same leaf entries";
  }
}

}  // namespace
}  // namespace faultpath::models
