// The platform: what reads, writes, transfers and work take, alone and shared.
#include "sim/platform.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

// The platform rounds to the nearest picosecond; a double adds less than one within 2.3 hours.
constexpr Duration kRounding = picoseconds(1);

#define EXPECT_TAKES(actual, expected) EXPECT_LE(std::chrono::abs((actual) - (expected)), kRounding)

// SimGrid has one engine a process, and each of these tests is a process of its own under ctest.
class PlatformTest : public testing::Test {
 protected:
  Platform& platform() { return simulation.platform(); }
  void read_at(Duration delay, PlatformDisk& disk, std::uint64_t bytes) {
    simulation.start(reads(delay, disk, bytes), "reader");
  }
  void write_at(Duration delay, PlatformDisk& disk, std::uint64_t bytes) {
    simulation.start(writes(delay, disk, bytes), "writer");
  }
  Process reads(Duration delay, PlatformDisk& disk, std::uint64_t bytes) {
    co_await simulation.delay(delay);
    co_await platform().read(disk, bytes);
    done.push_back(simulation.now().time_since_epoch());
  }
  Process writes(Duration delay, PlatformDisk& disk, std::uint64_t bytes) {
    co_await simulation.delay(delay);
    co_await platform().write(disk, bytes);
    done.push_back(simulation.now().time_since_epoch());
  }

  Simulation simulation;
  std::vector<Duration> done;  // when each operation was, in order of completion
};

// 3 bytes take a nanosecond, 300,000 take 100 us.
constexpr DiskSpec kDisk{
    .latency = microseconds(80), .read_bandwidth = 3e9, .write_bandwidth = 1.5e9};

TEST_F(PlatformTest, AReadTakesLatencyAndBytesOverBandwidth) {
  read_at(microseconds(7), platform().add_disk("swap", kDisk), 300'000);
  simulation.run();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_TAKES(done[0], microseconds(7 + 80 + 100));
  EXPECT_EQ(platform().in_flight(), 0U);
}

TEST_F(PlatformTest, AWriteHasABandwidthOfItsOwn) {
  write_at({}, platform().add_disk("swap", kDisk), 300'000);
  simulation.run();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_TAKES(done[0], microseconds(80 + 200));
}

TEST_F(PlatformTest, AReadOfNothingTakesTheLatency) {
  read_at({}, platform().add_disk("swap", kDisk), 0);
  simulation.run();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_TAKES(done[0], microseconds(80));
}

TEST_F(PlatformTest, TwoReadsAtOnceShareTheBandwidth) {
  PlatformDisk& disk = platform().add_disk("swap", kDisk);
  read_at({}, disk, 300'000);
  read_at({}, disk, 300'000);
  EXPECT_EQ(platform().in_flight(), 2U);
  simulation.run();
  ASSERT_EQ(done.size(), 2U);
  EXPECT_TAKES(done[0], microseconds(80 + 200));
  EXPECT_TAKES(done[1], microseconds(80 + 200));
}

TEST_F(PlatformTest, ALaterReadSharesFromWhenItStarts) {
  PlatformDisk& disk = platform().add_disk("swap", kDisk);
  read_at({}, disk, 300'000);
  read_at(microseconds(50), disk, 300'000);
  simulation.run();
  // The first has half its bytes after 50 us alone and needs 100 us for the rest; the second then
  // has half of its own, and 50 us alone.
  ASSERT_EQ(done.size(), 2U);
  EXPECT_TAKES(done[0], microseconds(80 + 50 + 100));
  EXPECT_TAKES(done[1], microseconds(80 + 50 + 100 + 50));
}

TEST_F(PlatformTest, ReadsAndWritesTogetherGetTheLargerBandwidth) {
  PlatformDisk& disk = platform().add_disk("swap", kDisk);
  read_at({}, disk, 300'000);
  write_at({}, disk, 300'000);
  simulation.run();
  // 3 GB/s, of which each gets 1.5: together 600,000 bytes in 200 us.
  ASSERT_EQ(done.size(), 2U);
  EXPECT_TAKES(done[0], microseconds(80 + 200));
  EXPECT_TAKES(done[1], microseconds(80 + 200));
}

TEST_F(PlatformTest, TwoDisksDoNotShare) {
  read_at({}, platform().add_disk("swap", kDisk), 300'000);
  read_at({}, platform().add_disk("file", kDisk), 300'000);
  simulation.run();
  ASSERT_EQ(done.size(), 2U);
  EXPECT_TAKES(done[1], microseconds(80 + 100));
}

TEST_F(PlatformTest, AQueueDepthOfOneServesOneAfterTheOther) {
  DiskSpec spec = kDisk;
  spec.queue_depth = 1;
  PlatformDisk& disk = platform().add_disk("swap", spec);
  for (int i = 1; i <= 4; ++i) {
    read_at(nanoseconds(i), disk, static_cast<std::uint64_t>(i) * 300'000);
  }
  simulation.run();
  // In order of arrival, and the latency is part of the service.
  ASSERT_EQ(done.size(), 4U);
  Duration expected = nanoseconds(1);
  for (std::size_t i = 0; i < 4; ++i) {
    expected += microseconds(80 + 100 * (static_cast<int>(i) + 1));
    EXPECT_LE(std::chrono::abs(done[i] - expected), 4 * kRounding);
  }
}

TEST_F(PlatformTest, AQueueDepthOfTwoKeepsTwoInFlight) {
  DiskSpec spec = kDisk;
  spec.queue_depth = 2;
  PlatformDisk& disk = platform().add_disk("swap", spec);
  for (int i = 0; i < 4; ++i) read_at({}, disk, 300'000);
  simulation.run();
  ASSERT_EQ(done.size(), 4U);
  EXPECT_TAKES(done[1], microseconds(80 + 200));
  EXPECT_TAKES(done[3], 2 * microseconds(80 + 200));
}

TEST_F(PlatformTest, ADeepQueueSharesAmongAll) {
  DiskSpec spec = kDisk;
  spec.queue_depth = 256;
  PlatformDisk& disk = platform().add_disk("swap", spec);
  for (int i = 0; i < 256; ++i) read_at({}, disk, 3'000);
  simulation.run();
  ASSERT_EQ(done.size(), 256U);
  EXPECT_TAKES(done[0], microseconds(80 + 256));
  EXPECT_TAKES(done[255], microseconds(80 + 256));
}

TEST_F(PlatformTest, IsExactToAPicosecondAfterAnHour) {
  const Duration hour = seconds(3'600);
  read_at(hour + picoseconds(1), platform().add_disk("swap", kDisk), 300'000);
  simulation.run();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_TAKES(done[0] - hour, microseconds(180) + picoseconds(1));
}

class PlatformHosts : public PlatformTest {
 protected:
  void transfer(std::uint64_t bytes) { simulation.start(transfers(bytes), "sender"); }
  void execute(PlatformHost& host, double operations) {
    simulation.start(executes(host, operations), "worker");
  }
  Process transfers(std::uint64_t bytes) {
    co_await platform().transfer(a, b, bytes);
    done.push_back(simulation.now().time_since_epoch());
  }
  Process executes(PlatformHost& host, double operations) {
    co_await platform().execute(host, operations);
    done.push_back(simulation.now().time_since_epoch());
  }

  PlatformHost& a = platform().add_host("a", {.cores = 1, .speed = 1e9});
  PlatformHost& b = platform().add_host("b", {.cores = 2, .speed = 2e9});
};

constexpr LinkSpec kLink{.latency = microseconds(5), .bandwidth = 10e9};

TEST_F(PlatformHosts, ATransferTakesLatencyAndBytesOverBandwidth) {
  platform().connect(a, b, "wire", kLink);
  transfer(1'000'000);
  simulation.run();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_TAKES(done[0], microseconds(5 + 100));
}

TEST_F(PlatformHosts, ALongTransferIsNotHeldBackByAWindow) {
  platform().connect(a, b, "wire", {.latency = milliseconds(10), .bandwidth = 10e9});
  transfer(1'000'000'000);
  simulation.run();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_TAKES(done[0], milliseconds(10 + 100));
}

TEST_F(PlatformHosts, TwoTransfersShareTheLink) {
  platform().connect(a, b, "wire", kLink);
  transfer(1'000'000);
  transfer(1'000'000);
  simulation.run();
  ASSERT_EQ(done.size(), 2U);
  EXPECT_TAKES(done[1], microseconds(5 + 200));
}

TEST_F(PlatformHosts, WorkSharesTheCoresOfItsHost) {
  execute(a, 1e6);  // one core of 1 operation a nanosecond
  execute(a, 1e6);
  execute(b, 1e6);  // two cores, twice as fast
  execute(b, 1e6);
  simulation.run();
  ASSERT_EQ(done.size(), 4U);
  EXPECT_TAKES(done[0], microseconds(500));
  EXPECT_TAKES(done[1], microseconds(500));
  EXPECT_TAKES(done[2], milliseconds(2));
  EXPECT_TAKES(done[3], milliseconds(2));
}

}  // namespace
}  // namespace faultpath::sim
