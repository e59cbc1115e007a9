// Determinism: equal seeds give equal fingerprints, whoever drives the calendar.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "sim/channel.hpp"
#include "sim/core_pool.hpp"
#include "sim/distribution.hpp"
#include "sim/event.hpp"
#include "sim/platform.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

/// Producers, consumers and time-outs that meet at many equal times.
class Workshop {
 public:
  Workshop(const SimulationSpec& spec, bool with_disk) : simulation_(spec) {
    if (with_disk) disk_ = &simulation_.platform().add_disk("disk", {.queue_depth = 4});
    for (const char* name : {"nic", "gpu", "nvme"}) {
      simulation_.start(produce(name, simulation_.fingerprint().lane(name)), name);
    }
    for (const char* name : {"worker.0", "worker.1"}) {
      simulation_.start_service(consume(simulation_.fingerprint().lane(name)), name);
    }
  }

  std::uint64_t run() {
    simulation_.run();
    return simulation_.fingerprint().value();
  }

 private:
  Process produce(const char* name, FingerprintLane& lane) {
    RandomStream random = simulation_.stream(name, "work");
    for (int i = 0; i < 300; ++i) {
      co_await simulation_.delay(nanoseconds(static_cast<int>(random.below(20))));
      const std::uint64_t key = random.below(1000);
      lane.add(simulation_.now(), 0, key);
      co_await queue_.push(key);
      const bool rung = co_await bell_.wait_until(simulation_.now() + nanoseconds(40));
      lane.add(simulation_.now(), rung ? 1 : 2, key);
    }
  }
  Process consume(FingerprintLane& lane) {
    for (;;) {
      const std::uint64_t key = co_await queue_.pop();
      co_await cores_.run(nanoseconds(static_cast<int>(key % 7)));
      if (disk_ != nullptr && key % 10 == 0) {
        co_await simulation_.platform().read(*disk_, 4096 + key);
      }
      lane.add(simulation_.now(), 3, key);
      bell_.notify_all();
    }
  }

  Simulation simulation_;
  Channel<std::uint64_t> queue_{4, "queue"};
  CorePool cores_{simulation_, 1, "cores"};
  Event bell_{"bell"};
  PlatformDisk* disk_ = nullptr;
};

std::uint64_t fingerprint_of(std::uint64_t seed, unsigned replication = 0) {
  SimulationSpec spec = bare(seed);
  spec.replication = replication;
  return Workshop{spec, false}.run();
}

// SimGrid has one engine a process, so a run with a platform is a process.
std::uint64_t fingerprint_in_a_child(std::uint64_t seed) {
  std::array<int, 2> pipe_ends{};
  EXPECT_EQ(pipe(pipe_ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    SimulationSpec spec;
    spec.seed = seed;
    const std::uint64_t value = Workshop{spec, true}.run();
    const bool written = write(pipe_ends[1], &value, sizeof value) == sizeof value;
    _exit(written ? 0 : 1);
  }
  std::uint64_t value = 0;
  close(pipe_ends[1]);
  EXPECT_EQ(read(pipe_ends[0], &value, sizeof value), static_cast<ssize_t>(sizeof value));
  close(pipe_ends[0]);
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return value;
}

TEST(Determinism, TheSameSeedGivesTheSameFingerprint) {
  EXPECT_EQ(fingerprint_of(1), fingerprint_of(1));
  EXPECT_EQ(fingerprint_of(2, 5), fingerprint_of(2, 5));
}

TEST(Determinism, AnotherSeedOrReplicationGivesAnotherFingerprint) {
  EXPECT_NE(fingerprint_of(1), fingerprint_of(2));
  EXPECT_NE(fingerprint_of(1, 0), fingerprint_of(1, 1));
}

TEST(Determinism, SimgridsLoopAndTheBareOneGiveTheSameFingerprint) {
  SimulationSpec spec;
  spec.seed = 3;
  EXPECT_EQ((Workshop{spec, false}.run()), fingerprint_of(3));
}

TEST(Determinism, TheSameSeedGivesTheSameFingerprintWithReadsOfADisk) {
  const std::uint64_t first = fingerprint_in_a_child(1);
  EXPECT_EQ(first, fingerprint_in_a_child(1));
  EXPECT_NE(first, fingerprint_in_a_child(2));
  EXPECT_NE(first, fingerprint_of(1)) << "the reads take time";
}

}  // namespace
}  // namespace faultpath::sim
