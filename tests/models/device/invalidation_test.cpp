// Device TLB invalidations: what they drop, and when they are answered.
#include <gmock/gmock.h>

#include "tests/models/device/device_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;
using testing::SizeIs;

constexpr sim::Duration kInvalidation = nanoseconds(100);  // default of AtsSpec

class DeviceInvalidationTest : public DeviceFixture {
 protected:
  // Operations on one page, some 200 ns apart: 20 of them last longer than 4 us.
  static std::vector<Operation> repeated(std::uint64_t page, int times = 20) {
    return std::vector<Operation>(static_cast<std::size_t>(times), reads(page));
  }
};

TEST_F(DeviceInvalidationTest, TheNextUseTranslatesAgain) {
  make(device_spec(), repeated(3));
  root->mapped = {3};
  invalidate_at(at_ns(2000), 3);
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 3));
  EXPECT_EQ(device->stats().atc_misses, 2U);
}

TEST_F(DeviceInvalidationTest, OtherPagesStay) {
  make(device_spec(), repeated(3));
  root->mapped = {3};
  invalidate_at(at_ns(2000), 4, 100);
  invalidate_at(at_ns(2500), 0, 3);
  run();
  EXPECT_THAT(translated(), ElementsAre(3));
  EXPECT_THAT(root->completions, SizeIs(2));
}

TEST_F(DeviceInvalidationTest, AnIdleDeviceAnswersAfterItsInvalidationTime) {
  make(device_spec(), {reads(3)});
  root->mapped = {3};
  invalidate_at(at_ns(5000), 3);
  run();
  ASSERT_THAT(root->completions, SizeIs(1));
  EXPECT_EQ(root->completions[0].message.itag, 5U);
  EXPECT_EQ(root->completions[0].at, at_ns(5000) + 2 * kHop + kInvalidation);
}

// VT-d 7.7: not before every use of the translation has ended.
TEST_F(DeviceInvalidationTest, AnInvalidationDuringATransferIsAnsweredBehindIt) {
  make(device_spec(1, 256), {reads(3, 200), reads(3, 200)});
  for (std::uint64_t page = 3; page < 203; ++page) root->mapped.insert(page);
  // The first transfer begins when the last of 200 answers is there: one hop up and one down.
  const sim::Time translated_all = sim::Time{2 * kLatency + 201 * sim::picoseconds(7)};
  const sim::Time sent = translated_all - kLatency + nanoseconds(20);
  invalidate_at(sent, 3);
  run();
  ASSERT_THAT(root->completions, SizeIs(1));
  EXPECT_EQ(root->completions[0].at, translated_all + 200 * kPage + kInvalidation + kHop);
}

// VT-d 7.7: an answer does not overtake page requests that have been dispatched. At 1 us a message
// eight translations are answered at 9.2 us; then eight page requests leave, and the answer to an
// invalidation that arrives among them follows right behind.
TEST_F(DeviceInvalidationTest, TheAnswerStaysBehindPageRequestsThatHaveLeft) {
  DeviceSpec spec = device_spec(1, 8);
  spec.link.bandwidth = 28e6;
  make(spec, {reads(3, 8)});
  invalidate_at(at_ns(9000), 100);
  run();
  ASSERT_THAT(root->completions, SizeIs(1));
  ASSERT_THAT(root->requests, SizeIs(8));
  EXPECT_LT(root->requests[0].at,
            at_ns(9000) + kInvalidation + 2 * sim::microseconds(1) + 2 * kLatency);
  EXPECT_EQ(root->completions[0].at, root->requests[7].at + sim::microseconds(1));
}

TEST_F(DeviceInvalidationTest, EveryContextForgets) {
  pasids = true;
  DeviceSpec spec = device_spec();
  spec.contexts = 2;
  make(spec, repeated(3, 40));
  root->mapped = {3};
  invalidate_at(at_ns(2000), 3);
  run();
  EXPECT_THAT(translated(), SizeIs(4));  // each context before and after
}

TEST_F(DeviceInvalidationTest, WithAPasidItIsAboutThatContextAlone) {
  pasids = true;
  DeviceSpec spec = device_spec();
  spec.contexts = 2;
  make(spec, repeated(3, 40));
  root->mapped = {3};
  rig.at(at_ns(2000),
         [this] { root->send(DeviceInvalidation{5, {IovaPage{3}}, 1, pasid_of_context(1)}); });
  run();
  ASSERT_THAT(translated(), SizeIs(3));
  EXPECT_EQ(root->translations[2].message.pasid, pasid_of_context(1));
}

// The first page has been granted and waits for the second, which faults. It is taken away
// meanwhile: the device must not keep it.
TEST_F(DeviceInvalidationTest, ATranslationThatIsStillInUseIsNotKeptAfterwards) {
  make(device_spec(1, 2), {reads(3, 2), reads(3)});
  root->mapped = {3};
  invalidate_at(at_ns(600), 3);
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 4, 4, 3));
}

}  // namespace
}  // namespace faultpath::models
