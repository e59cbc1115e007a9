// Little's law and conservation of work, exact on every run that is drained.
#include <gtest/gtest.h>

#include "sim/core_pool.hpp"
#include "sim/distribution.hpp"
#include "sim/rw_lock.hpp"
#include "sim/semaphore.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

struct Station {
  explicit Station(Simulation& owner) : simulation(owner) {}

  Simulation& simulation;
  CorePool cores{simulation, 3, "cores"};
  Semaphore credits{5, "credits"};
  RwLock lock{"lock"};
  Gauge present;
  Duration sojourns{};
  Duration work{};
  int served = 0;
};

Process visit(Station& station, Duration cost, bool writer) {
  const Time arrived = station.simulation.now();
  station.present.add(arrived, 1);
  const auto credit = co_await station.credits.hold();
  if (writer) {
    const auto hold = co_await station.lock.write();
    co_await station.cores.run(cost);
  } else {
    const auto hold = co_await station.lock.read();
    co_await station.cores.run(cost);
  }
  station.work += cost;
  station.sojourns += station.simulation.now() - arrived;
  station.present.add(station.simulation.now(), -1);
  ++station.served;
}

Process arrive(Station& station, int visitors) {
  RandomStream random = station.simulation.stream("source", "visits");
  const Distribution pause{ExponentialSpec{nanoseconds(700)}};
  const Distribution cost{LognormalSpec{microseconds(1), microseconds(5)}};
  for (int i = 0; i < visitors; ++i) {
    co_await station.simulation.delay(pause(random));
    const bool writer = random.below(10) == 0;
    station.simulation.start(visit(station, cost(random), writer), "visitor");
  }
}

double integral_ps(const Gauge& gauge, Time end) {
  return gauge.mean(end) * static_cast<double>(end.time_since_epoch().count());
}

class LittlesLaw : public testing::TestWithParam<std::uint64_t> {};

TEST_P(LittlesLaw, TheIntegralOfThePresentIsTheSumOfTheirSojourns) {
  Simulation simulation{bare(GetParam())};
  Station station{simulation};
  simulation.start(arrive(station, 5000), "source");
  simulation.run();
  EXPECT_EQ(station.served, 5000);
  EXPECT_EQ(station.present.value(), 0);
  // Both are whole picoseconds; the mean is rounded once, to 2^-53.
  const auto sojourns = static_cast<double>(station.sojourns.count());
  EXPECT_NEAR(integral_ps(station.present, simulation.now()), sojourns, sojourns * 0x1p-51);
}

TEST_P(LittlesLaw, TheIntegralOfTheBusyCoresIsTheSumOfTheWork) {
  Simulation simulation{bare(GetParam())};
  Station station{simulation};
  simulation.start(arrive(station, 5000), "source");
  simulation.run();
  const auto work = static_cast<double>(station.work.count());
  EXPECT_NEAR(integral_ps(station.cores.busy_gauge(), simulation.now()), work, work * 0x1p-51);
  EXPECT_EQ(station.credits.free(), 5U);
  EXPECT_EQ(station.lock.readers(), 0U);
  EXPECT_FALSE(station.lock.written());
}

TEST_P(LittlesLaw, HoldsFromAStartOfStatisticsWithNobodyPresent) {
  Simulation simulation{bare(GetParam())};
  Station station{simulation};
  simulation.start(arrive(station, 1000), "source");
  simulation.run();
  const Time started = simulation.now();
  const Duration before = station.sojourns;
  station.present.start_statistics(started);
  simulation.start(arrive(station, 1000), "source");
  simulation.run();
  const auto sojourns = static_cast<double>((station.sojourns - before).count());
  const auto span = static_cast<double>((simulation.now() - started).count());
  EXPECT_NEAR(station.present.mean(simulation.now()) * span, sojourns, sojourns * 0x1p-51);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LittlesLaw, testing::Range<std::uint64_t>(1, 6));

}  // namespace
}  // namespace faultpath::sim
