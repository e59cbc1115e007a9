// Queues built from the kernel against their closed forms: M/M/1, M/M/c, M/D/1, priorities.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sim/channel.hpp"
#include "sim/core_pool.hpp"
#include "sim/distribution.hpp"
#include "tests/sim/replications.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

// From empty, a queue at 70 % forgets its start within 100 services; a tenth is left out.
constexpr int kCustomers = 20'000;
constexpr int kWarmUp = 2'000;

struct Queue {
  DistributionSpec interarrival;
  DistributionSpec service;
  unsigned servers = 1;
};

constexpr Duration kService = microseconds(1);

Queue markov(double load, unsigned servers, Duration service = kService) {
  const double mean = 1e6 / load / servers;
  return {ExponentialSpec{picoseconds(std::llround(mean))}, ExponentialSpec{service}, servers};
}

/// Mean waiting time in units of kService, without the warm-up.
class Waits {
 public:
  void add(Duration wait) {
    if (++seen_ > kWarmUp) sum_ += static_cast<double>(wait.count());
  }
  double mean() const { return sum_ / 1e6 / (seen_ - kWarmUp); }

 private:
  int seen_ = 0;
  double sum_ = 0.0;
};

SimulationSpec replication(unsigned number) {
  SimulationSpec spec = bare();
  spec.replication = number;
  return spec;
}

Process customer(Simulation& simulation, CorePool& pool, Duration cost, Priority priority,
                 Waits& waits) {
  const Time arrived = simulation.now();
  const CoreRun run = co_await pool.run(cost, Duration::zero(), priority);
  waits.add(run.started - arrived);
}

Process arrive_at_pool(Simulation& simulation, CorePool& pool, const Queue& queue,
                       Priority priority, Waits& waits) {
  const char* const name = priority == Priority::interrupt ? "urgent" : "normal";
  RandomStream arrivals = simulation.stream(name, "arrivals");
  RandomStream costs = simulation.stream(name, "costs");
  const Distribution interarrival{queue.interarrival};
  const Distribution service{queue.service};
  for (int i = 0; i < kCustomers; ++i) {
    co_await simulation.delay(interarrival(arrivals));
    simulation.start(customer(simulation, pool, service(costs), priority, waits), name);
  }
}

Interval waits_at_a_pool(const Queue& queue) {
  return replicated([&](unsigned number) {
    Simulation simulation{replication(number)};
    CorePool pool{simulation, queue.servers, "pool"};
    Waits waits;
    simulation.start(arrive_at_pool(simulation, pool, queue, Priority::normal, waits), "source");
    simulation.run();
    return waits.mean();
  });
}

struct Job {
  Time arrived;
  Duration cost;
};

Process arrive_at_channel(Simulation& simulation, Channel<Job>& channel, const Queue& queue) {
  RandomStream arrivals = simulation.stream("source", "arrivals");
  RandomStream costs = simulation.stream("source", "costs");
  const Distribution interarrival{queue.interarrival};
  const Distribution service{queue.service};
  for (int i = 0; i < kCustomers; ++i) {
    co_await simulation.delay(interarrival(arrivals));
    channel.try_push({simulation.now(), service(costs)});
  }
}

Process serve(Simulation& simulation, Channel<Job>& channel, Waits& waits) {
  for (;;) {
    const Job job = co_await channel.pop();
    waits.add(simulation.now() - job.arrived);
    co_await simulation.delay(job.cost);
  }
}

Interval waits_in_a_channel(const Queue& queue) {
  return replicated([&](unsigned number) {
    Simulation simulation{replication(number)};
    Channel<Job> channel;
    Waits waits;
    for (unsigned i = 0; i < queue.servers; ++i) {
      simulation.start_service(serve(simulation, channel, waits), "server");
    }
    simulation.start(arrive_at_channel(simulation, channel, queue), "source");
    simulation.run();
    return waits.mean();
  });
}

// Closed forms of the mean wait in units of the mean service time; `load` is that of one server.
// Sources: Kleinrock, Queueing Systems I (1975), 3.2 and 5.6; Erlang (1917).
double mm1(double load) { return load / (1.0 - load); }
double md1(double load) { return load / 2.0 / (1.0 - load); }
double mmc(double load, unsigned servers) {
  double blocking = 1.0;  // Erlang B, by recursion over the servers
  for (unsigned c = 1; c <= servers; ++c) {
    blocking = load * servers * blocking / (c + load * servers * blocking);
  }
  const double delayed = blocking / (1.0 - load * (1.0 - blocking));  // Erlang C
  return delayed / servers / (1.0 - load);
}

TEST(QueueLaw, TheFormulasAgreeWhereTheyMeet) {
  EXPECT_DOUBLE_EQ(mmc(0.7, 1), mm1(0.7));
  // Kleinrock's example of two servers: C = 2 rho^2 / (1 + rho).
  EXPECT_NEAR(mmc(0.5, 2), 2 * 0.25 / 1.5 / 2 / 0.5, 1e-12);
}

TEST(QueueLaw, ACorePoolOfOneIsAnMm1Queue) {
  const Interval waits = waits_at_a_pool(markov(0.7, 1));
  EXPECT_TRUE(waits.contains(mm1(0.7))) << testing::PrintToString(waits);
}

TEST(QueueLaw, AChannelWithOneServerIsAnMm1Queue) {
  const Interval waits = waits_in_a_channel(markov(0.7, 1));
  EXPECT_TRUE(waits.contains(mm1(0.7))) << testing::PrintToString(waits);
}

TEST(QueueLaw, ACorePoolOfFourIsAnMmcQueue) {
  const Interval waits = waits_at_a_pool(markov(0.7, 4));
  EXPECT_TRUE(waits.contains(mmc(0.7, 4))) << testing::PrintToString(waits);
}

TEST(QueueLaw, AChannelWithFourServersIsAnMmcQueue) {
  const Interval waits = waits_in_a_channel(markov(0.7, 4));
  EXPECT_TRUE(waits.contains(mmc(0.7, 4))) << testing::PrintToString(waits);
}

TEST(QueueLaw, ACorePoolWithConstantWorkIsAnMd1Queue) {
  Queue queue = markov(0.7, 1);
  queue.service = ConstantSpec{kService};
  const Interval waits = waits_at_a_pool(queue);
  EXPECT_TRUE(waits.contains(md1(0.7))) << testing::PrintToString(waits);
  EXPECT_FALSE(waits.contains(mm1(0.7))) << "constant work waits half as long";
}

TEST(QueueLaw, AServiceThatIsFivePercentTooLongIsRejected) {
  const Duration too_long = kService * 105 / 100;
  EXPECT_FALSE(waits_at_a_pool(markov(0.7, 1, too_long)).contains(mm1(0.7)));
  EXPECT_FALSE(waits_at_a_pool(markov(0.7, 4, too_long)).contains(mmc(0.7, 4)));
}

struct TwoWaits {
  double urgent, normal;
};

// Each class makes half of the load.
TwoWaits two_classes(unsigned number) {
  const Queue half = markov(0.35, 1);
  Simulation simulation{replication(number)};
  CorePool pool{simulation, 1, "pool"};
  Waits urgent;
  Waits normal;
  simulation.start(arrive_at_pool(simulation, pool, half, Priority::interrupt, urgent), "a");
  simulation.start(arrive_at_pool(simulation, pool, half, Priority::normal, normal), "b");
  simulation.run();
  return {urgent.mean(), normal.mean()};
}

// Cobham (1954), nothing preempted: with R the mean rest of the work in service, the urgent wait
// R / (1 - r1), the others R / ((1 - r1)(1 - r1 - r2)).
TEST(QueueLaw, PrioritiesWaitAsCobhamSays) {
  std::vector<TwoWaits> waits;
  for (unsigned number = 0; number < kReplications; ++number) {
    waits.push_back(two_classes(number));
  }
  const Interval urgent = replicated([&](unsigned number) { return waits[number].urgent; });
  const Interval normal = replicated([&](unsigned number) { return waits[number].normal; });
  const double rest = 0.7;  // load E[S^2] / (2 E[S]), for exponential work
  EXPECT_TRUE(urgent.contains(rest / 0.65)) << testing::PrintToString(urgent);
  EXPECT_TRUE(normal.contains(rest / 0.65 / 0.3)) << testing::PrintToString(normal);
}

}  // namespace
}  // namespace faultpath::sim
