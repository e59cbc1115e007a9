// One function with three PASIDs: a process, a VFIO domain with a locked-memory limit, and one that
// is pinned as a whole. Each is served by the strategy and the handler of its attachment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;

constexpr Pasid kLimited{1}, kProcess{2}, kPinned{3};
constexpr std::uint64_t kLimit = 2;  // pages

class AttachmentStrategiesTest : public testing::Test {
 protected:
  AttachmentStrategiesTest() : rig(spec_of_rig()) {
    limited = &rig.add_space(64);  // its function has no PASID there, which is not used
    attach(kLimited, *limited, {"lru", LruLockedSpec{.limit = {kLimit * kPageBytes}}},
           HandlerKind::vfio);
    process = &add_space();
    attach(kProcess, *process, {"sva", SvaSpec{}}, HandlerKind::mm);
    pinned = &add_space();
    attach(kPinned, *pinned, {"pin", PinSpec{}}, HandlerKind::vfio);
    rig.at(at_ns(0), [this] { rig.simulation.start(begin(), "attach"); });
  }
  static RigSpec spec_of_rig() {
    RigSpec spec;
    spec.route = FaultRoute::per_page_table;
    return spec;
  }
  IoPageTable& add_space() {
    const auto tag = static_cast<std::uint32_t>(rig.spaces.size());
    IoPageTable& space =
        rig.spaces.emplace_back(rig.store, "space", tag, Runs(0, 64), BackingSpec{}).table;
    rig.memory.add(space.process());
    return space;
  }
  void attach(Pasid pasid, IoPageTable& space, const StrategySpec& spec, HandlerKind handler) {
    strategies.push_back(make_strategy(spec, rig.context()));
    rig.kernel.attach({DeviceIndex{0}, pasid}, space, *strategies.back(), handler);
  }
  sim::Process begin() {
    Worker worker(rig.cores);
    co_await worker.enter();
    co_await strategies[0]->attach(*limited, worker);
    co_await strategies[1]->attach(*process, worker);
    co_await strategies[2]->attach(*pinned, worker);
    co_await worker.pay();
  }
  /// A page request of `pasid` in a group of its own, some milliseconds after the one before.
  void ask(Pasid pasid, std::uint64_t page) {
    PageRequest request = page_request(page, asked);
    request.pasid = pasid;
    rig.arrive_at(at_ns(10'000'000) + asked * sim::milliseconds(1), request);
    ++asked;
  }
  std::vector<ResponseCode> codes() const {
    std::vector<ResponseCode> codes;
    for (const auto& each : rig.endpoints[0].responses) codes.push_back(each.message.code);
    return codes;
  }
  std::uint64_t locked_pages() const {
    return static_cast<std::uint64_t>(rig.mapping.stats().locked_bytes.value()) / kPageBytes;
  }

  HostRig rig;
  IoPageTable* limited = nullptr;
  IoPageTable* process = nullptr;
  IoPageTable* pinned = nullptr;
  std::vector<std::unique_ptr<MemoryStrategy>> strategies;
  std::uint16_t asked = 0;
};

TEST_F(AttachmentStrategiesTest, APageOfTheProcessIsMappedAndNotPinned) {
  ask(kProcess, 5);
  rig.run();
  EXPECT_THAT(codes(), ElementsAre(ResponseCode::success));
  EXPECT_TRUE(process->is_mapped(IovaPage{5}));
  EXPECT_FALSE(limited->is_mapped(IovaPage{5}));
  EXPECT_EQ(locked_pages(), 64U) << "those of the pinned PASID alone";
}

TEST_F(AttachmentStrategiesTest, APageOfTheLimitedDomainIsPinnedAndTheOldestGoes) {
  for (const std::uint64_t page : {5U, 6U, 7U}) ask(kLimited, page);
  rig.run();
  EXPECT_THAT(codes(), testing::Each(ResponseCode::success));
  EXPECT_FALSE(limited->is_mapped(IovaPage{5}));
  EXPECT_TRUE(limited->is_mapped(IovaPage{6}));
  EXPECT_TRUE(limited->is_mapped(IovaPage{7}));
  EXPECT_EQ(locked_pages(), 64U + kLimit);
  EXPECT_EQ(process->mapped_pages(), 0U);
}

TEST_F(AttachmentStrategiesTest, APageRequestOfThePinnedPasidIsInvalid) {
  EXPECT_EQ(pinned->mapped_pages(), 0U);
  ask(kPinned, 5);
  rig.run();
  EXPECT_EQ(pinned->mapped_pages(), 64U);
  EXPECT_THAT(codes(), ElementsAre(ResponseCode::invalid));
}

TEST_F(AttachmentStrategiesTest, EachPasidIsServedByItsOwn) {
  ask(kProcess, 5);
  ask(kLimited, 5);
  ask(kPinned, 5);
  rig.run();
  EXPECT_THAT(codes(),
              ElementsAre(ResponseCode::success, ResponseCode::success, ResponseCode::invalid));
  EXPECT_EQ(strategies[0]->served(DeviceIndex{0}).faults_minor, 1U);
  EXPECT_EQ(strategies[1]->served(DeviceIndex{0}).faults_minor, 1U);
  EXPECT_EQ(strategies[2]->served(DeviceIndex{0}).requests_unserved, 1U);
}

}  // namespace
}  // namespace faultpath::models
