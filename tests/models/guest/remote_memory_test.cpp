// Pages of a migration: who waits for them, how long, and that each comes once.
#include "models/guest/remote_memory.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::nanoseconds;

// 4 KiB take 1 us on the network alone.
constexpr double kBandwidth = 4.096e9;
constexpr sim::Duration kPage = microseconds(1);
constexpr sim::Duration kLatency = microseconds(7);
constexpr sim::Duration kExit = nanoseconds(1100), kNotify = nanoseconds(5200),
                        kServe = nanoseconds(2300), kInstall = nanoseconds(3400),
                        kSpurious = nanoseconds(250);
// From the touch until the page is here, without the transfer.
constexpr sim::Duration kAround = kNotify + kLatency + kServe + kLatency + kInstall + kSpurious;

class RemoteMemoryTest : public testing::Test {
 protected:
  struct Touched {
    Residency residency;
    sim::Time at;
  };

  void make(std::uint64_t pages, std::uint32_t streams = 0, std::uint64_t chunk_pages = 1,
            std::uint64_t host_pages = 1 << 14) {
    RigSpec rig_spec;
    rig_spec.host.memory = host_pages * kPageBytes;
    rig = std::make_unique<HostRig>(rig_spec);
    spec.bandwidth = kBandwidth;
    spec.latency = kLatency;
    spec.exit = sim::ConstantSpec{kExit};
    spec.notify = sim::ConstantSpec{kNotify};
    spec.serve = sim::ConstantSpec{kServe};
    spec.install = sim::ConstantSpec{kInstall};
    spec.push_streams = streams;
    spec.push_chunk = chunk_pages * kPageBytes;
    process = &rig->add_space(pages).process();
    remote = std::make_unique<RemoteMemory>(RemoteMemorySetting{
        rig->simulation, spec, rig->cores, rig->memory, *process, rig->window, "migration"});
  }
  /// All pages leave for the source, and streams begin, at once.
  void leave(const Runs& sent = {}) {
    rig->at(at_ns(0), [this, sent] {
      remote->leave(sent);
      remote->push();
    });
  }
  void touch_at(sim::Time when, std::uint64_t page, bool vcpu = false) {
    rig->at(when, [=, this] { rig->simulation.start(touch(page, vcpu), "toucher"); });
  }
  sim::Process touch(std::uint64_t page, bool vcpu) {
    Worker worker(rig->cores, sim::Priority::normal, vcpu ? ThreadKind::task : ThreadKind::kernel);
    co_await worker.enter();
    const Residency residency = co_await process->fault_in({page}, worker);
    co_await worker.pay();
    touched.push_back({residency, rig->simulation.now()});
  }
  sim::Process note_the_end() {
    co_await remote->complete().wait();
    completed = rig->simulation.now();
  }

  MigrationSpec spec;
  std::unique_ptr<HostRig> rig;
  ProcessMemory* process = nullptr;
  std::unique_ptr<RemoteMemory> remote;
  std::vector<Touched> touched;
  sim::Time completed{};
};

TEST_F(RemoteMemoryTest, AFaultTakesARequestAPageAndTheVmmsThread) {
  make(16);
  leave();
  touch_at(at_ns(0), 5);
  rig->run();
  ASSERT_EQ(touched.size(), 1U);
  EXPECT_EQ(touched[0].residency, Residency::major);
  EXPECT_EQ(touched[0].at, sim::Time{kAround + kPage});
  EXPECT_EQ(remote->stats().device_faults, 1U);
  EXPECT_EQ(remote->stats().device_wait.max(), kAround + kPage);
  EXPECT_EQ(remote->stats().pages_fetched, 1U);
  EXPECT_TRUE(process->is_resident({5}));
}

TEST_F(RemoteMemoryTest, AVirtualCpuLeavesTheGuestFirst) {
  make(16);
  leave();
  touch_at(at_ns(0), 5, true);
  rig->run();
  EXPECT_EQ(touched.at(0).at, sim::Time{kExit + kAround + kPage});
  EXPECT_EQ(remote->stats().vcpu_faults, 1U);
  EXPECT_EQ(remote->stats().device_faults, 0U);
  EXPECT_EQ(remote->stats().vcpu_wait.max(), kExit + kAround + kPage);
}

TEST_F(RemoteMemoryTest, WhatIsHereIsAFaultOfTheHostAlone) {
  make(16);
  leave(Runs(5, 1));
  touch_at(at_ns(0), 5);
  rig->run();
  EXPECT_EQ(touched.at(0).residency, Residency::present);
  EXPECT_EQ(touched[0].at, sim::Time{kSpurious});
  EXPECT_EQ(remote->stats().pages_sent, 1U);
  EXPECT_EQ(remote->stats().device_faults, 0U);
}

TEST_F(RemoteMemoryTest, APageThatTwoWaitForComesOnce) {
  make(16);
  leave();
  touch_at(at_ns(0), 5);
  touch_at(at_ns(1000), 5);
  rig->run();
  EXPECT_EQ(remote->stats().device_faults, 2U);
  EXPECT_EQ(remote->stats().pages_fetched, 1U);
  EXPECT_EQ(touched.at(0).at, touched.at(1).at) << "both are woken by the page";
}

// Two demands at a time have half of the network each.
TEST_F(RemoteMemoryTest, DemandsShareTheNetwork) {
  make(16);
  leave();
  touch_at(at_ns(0), 5);
  touch_at(at_ns(0), 6);
  rig->run();
  EXPECT_EQ(touched.at(0).at, sim::Time{kAround + 2 * kPage});
  EXPECT_EQ(touched.at(1).at, sim::Time{kAround + 2 * kPage});
}

TEST_F(RemoteMemoryTest, NobodyAskingAllComesInTheTimeOfItsBytes) {
  make(256, 1, 8);
  leave();
  rig->simulation.start(note_the_end(), "watcher");
  rig->run();
  EXPECT_EQ(completed, sim::Time{256 * kPage + kLatency});
  EXPECT_EQ(remote->stats().pages_pushed, 256U);
  EXPECT_EQ(remote->stats().pages_fetched, 0U);
}

TEST_F(RemoteMemoryTest, StreamsShareTheNetworkAndEndAtTheSameTime) {
  make(256, 4, 8);
  leave();
  rig->simulation.start(note_the_end(), "watcher");
  rig->run();
  EXPECT_EQ(completed, sim::Time{256 * kPage + kLatency});
}

// The stream sends the whole of its chunk while the demand is on its way.
TEST_F(RemoteMemoryTest, ADemandHasHalfOfTheNetworkBesideAStream) {
  make(1024, 1, 1000);
  leave();
  touch_at(at_ns(0), 1010);
  rig->run();
  EXPECT_EQ(touched.at(0).at, sim::Time{kAround + 2 * kPage});
  EXPECT_EQ(remote->stats().pages_fetched, 1U);
  EXPECT_EQ(remote->stats().pages_pushed, 1023U) << "each page is sent once";
}

TEST_F(RemoteMemoryTest, APageThatAStreamHasOnItsWayIsWaitedForAndNotSentAgain) {
  make(64, 1, 64);
  leave();
  touch_at(at_ns(0), 10);
  rig->run();
  EXPECT_EQ(remote->stats().pages_fetched, 0U);
  EXPECT_EQ(remote->stats().pages_pushed, 64U);
  EXPECT_EQ(touched.at(0).at, sim::Time{64 * kPage + kLatency + kInstall + kSpurious});
}

TEST_F(RemoteMemoryTest, WhatComesTakesAFrameUnlessNoneIsFree) {
  make(64, 1, 4, 32);
  leave();
  rig->simulation.start(note_the_end(), "watcher");
  rig->run();
  EXPECT_EQ(completed, sim::Time{64 * kPage + kLatency}) << "content has come for all";
  EXPECT_GT(process->frames(), 0U);
  EXPECT_LE(process->frames(), 32U);
}

TEST_F(RemoteMemoryTest, StateComesInTheTimeOfItsBytes) {
  make(16);
  sim::Time at{};
  const auto receive = [&]() -> sim::Process {
    co_await remote->receive(100 * kPageBytes);
    at = rig->simulation.now();
  };
  rig->at(at_ns(0), [&] { rig->simulation.start(receive(), "state"); });
  rig->run();
  EXPECT_EQ(at, sim::Time{100 * kPage + kLatency});
}

}  // namespace
}  // namespace faultpath::models
