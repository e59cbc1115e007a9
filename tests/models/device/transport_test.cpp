// What a loss costs a connection: RNR, go-back-N, and the curve of throughput over the share of
// faults.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "models/device/connections.hpp"
#include "tests/models/area_runs.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::milliseconds;
using sim::nanoseconds;

double ns(sim::Duration d) { return static_cast<double>(d.count()) / 1000.0; }

TEST(Connections, HoldBackWhatIsSentUntilTheLostPacketGoesAgain) {
  Connections connections(2);
  EXPECT_EQ(connections.transmitted(1, at_ns(5)), at_ns(5));
  EXPECT_EQ(connections.lose(1, at_ns(10), at_ns(110)), at_ns(110));
  EXPECT_EQ(connections.transmitted(1, at_ns(109)), at_ns(110));
  EXPECT_EQ(connections.transmitted(1, at_ns(110)), at_ns(110));
  EXPECT_EQ(connections.transmitted(0, at_ns(50)), at_ns(50)) << "another connection";
  EXPECT_EQ(connections.lose(1, at_ns(60), at_ns(160)), at_ns(110)) << "goes with the first";
  EXPECT_EQ(connections.lose(1, at_ns(110), at_ns(210)), at_ns(210)) << "the next one";
}

// Operations of 4 KiB on one connection; one in `every` touches a new page.
SystemSpec stream(double share, const OnFault& reaction) {
  SystemSpec spec = small_system();
  DeviceSpec& device = spec.devices[0];
  device.on_fault = reaction;
  device.workload.kind = FreshSpec{share, 16 * kPageBytes};
  device.workload.footprint = 2'000 * kPageBytes;
  device.workload.queue_depth = 16;
  spec.run.stop.operations = 20'000;
  return spec;
}
double seconds(const Seen& seen) { return sim::to_ns(sim::Time{seen.simulated}) * 1e-9; }

// T(f) = Tmax / (1 + k f): each fault costs the connection the same time, k operations' worth. The
// sixteen warm pages fault too.
void expect_hyperbola(const SystemSpec& spec, const Seen& seen, sim::Duration loss) {
  const double operation =
      static_cast<double>(spec.devices[0].workload.operation) / spec.devices[0].link.bandwidth;
  const double faults = static_cast<double>(seen.distribution("fault_latency_ns").count);
  const double most = operation * static_cast<double>(*spec.run.stop.operations) +
                      faults * (ns(loss) * 1e-9 + 5e-6);
  EXPECT_LE(seconds(seen), most);
  // A window of sixteen may lose two packets at once.
  const double apart = 1.0 - 16.0 * std::get<FreshSpec>(spec.devices[0].workload.kind).fresh;
  EXPECT_GE(seconds(seen), operation * static_cast<double>(*spec.run.stop.operations) +
                               (faults - 16.0) * apart * ns(loss) * 1e-9);
}

TEST(TransportRuns, OneLostPacketCostsAConnectionItsTimeout) {
  for (const double share : {2.5e-4, 1e-3, 4e-3}) {
    const SystemSpec spec =
        stream(share, DropSpec{.timeout = milliseconds(1), .recovery = Recovery::go_back_n});
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.dma_operations, 20'000U);
    expect_hyperbola(spec, seen, milliseconds(1));
  }
}

// Where only the lost packet comes again, the fifteen others go on.
TEST(TransportRuns, SelectiveRecoveryCostsOnlyTheLostPacket) {
  SystemSpec spec = stream(4e-3, DropSpec{.timeout = milliseconds(1)});
  const Seen selective = checked_run(spec);
  std::get<DropSpec>(spec.devices[0].on_fault).recovery = Recovery::go_back_n;
  const Seen back = checked_run(spec);
  EXPECT_LT(seconds(selective), 0.5 * seconds(back));
  EXPECT_GT(back.counters.retransmissions, 8 * selective.counters.retransmissions);
}

TEST(TransportRuns, AReceiverThatIsNotReadyCostsItsPeersTimer) {
  const SystemSpec spec = stream(4e-3, RnrSpec{.timer = microseconds(640)});
  const Seen seen = checked_run(spec);
  expect_hyperbola(spec, seen, microseconds(640));
  EXPECT_EQ(seen.counters.dma_dropped, 0U);
}

// A page that takes t comes after ceil(t / timer) tries, of which every one but the last is in
// vain.
TEST(TransportRuns, APeerTriesAgainAtEachTimerUntilThePageIsThere) {
  SystemSpec spec = small_system();
  spec.strategy = {"odp", OdpSpec{}};
  std::get<OdpSpec>(spec.strategy.kind).prefetch = 0;
  DeviceSpec& device = spec.devices[0];
  device.on_fault = RnrSpec{.timer = microseconds(12)};
  const Seen seen = checked_run(spec);
  const double after_loss =
      seen.distribution("fault_latency_ns").mean_ns - seen.stage("translate").mean_ns;
  EXPECT_EQ(seen.counters.retransmissions,
            64 * static_cast<std::uint64_t>(std::ceil(after_loss / 12'000.0)));
  EXPECT_EQ(seen.counters.dma_dropped, 0U) << "7: without end";
  std::get<RnrSpec>(device.on_fault).retries = 6;
  EXPECT_GT(checked_run(spec).counters.dma_dropped, 0U) << "six tries of 12 us are too few";
}

// The receiver asks once for each page, and answers the next try with an error: without end is not
// for accesses that will never be allowed.
TEST(TransportRuns, APeerGivesUpWhatIsRefusedEvenIfItTriesWithoutEnd) {
  AreaSpec area = area_of(64);
  area.access = AreaSpec::Access::read_only;
  for (const std::uint32_t retries : {RnrSpec::kWithoutEnd, 3U}) {
    SystemSpec spec = with_areas({area});
    access_in_turn(spec, std::vector<PageAccess>{{1, true}, {2, false}, {3, true}, {1, true}});
    spec.devices[0].on_fault = RnrSpec{.timer = microseconds(640), .retries = retries};
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.dma_operations, 1U);
    EXPECT_EQ(seen.counters.dma_dropped, 3U);
    EXPECT_EQ(seen.counters.responses_invalid, 3U);
    EXPECT_EQ(seen.counters.retransmissions, 1U) << "of the page that may be read";
  }
}

}  // namespace
}  // namespace faultpath::models
