// Worker processes that succeed, fail, die and are interrupted.
#include "cli/experiment/worker_pool.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <new>
#include <stdexcept>

#include "cli/interrupt.hpp"
#include "sim/ensure.hpp"
#include "sim/platform.hpp"
#include "sim/simulation.hpp"

namespace faultpath::cli {
namespace {

using Clock = std::chrono::steady_clock;

Job job(std::function<std::string()> work, std::string label = "run x") {
  return {std::move(label), [work](const ProgressSink&) { return work(); }};
}

std::string failure_of(const std::vector<Job>& jobs) {
  const InterruptGuard guard;
  for (const auto& result : run_jobs(jobs, 2)) {
    if (result.failure) return *result.failure;
  }
  return "no failure";
}

TEST(WorkerPool, GivesResultsInTheOrderOfTheJobsWhoeverEndsFirst) {
  std::vector<Job> jobs;
  for (int i = 0; i < 6; ++i) {
    jobs.push_back(job([i] {
      usleep(static_cast<useconds_t>((6 - i) * 5000));
      return std::to_string(i);
    }));
  }
  const InterruptGuard guard;
  for (const std::size_t parallel : {1u, 3u, 16u}) {
    const auto results = run_jobs(jobs, parallel);
    for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(results[i].record, std::to_string(i));
  }
}

TEST(WorkerPool, RunsEachJobInAProcessOfItsOwn) {
  const auto pid = [] { return std::to_string(getpid()); };
  const InterruptGuard guard;
  const auto results = run_jobs({job(pid), job(pid)}, 1);
  EXPECT_NE(results[0].record, results[1].record);
  EXPECT_NE(results[0].record, pid());
}

TEST(WorkerPool, HandsOverARecordThatIsLargerThanAPipe) {
  const InterruptGuard guard;
  const auto results = run_jobs({job([] { return std::string(3'000'000, 'r'); })}, 1);
  EXPECT_EQ(results[0].record, std::string(3'000'000, 'r'));
}

TEST(WorkerPool, HandsOnProgressAndEndsItWithFractionOne) {
  const Job steps{"run x", [](const ProgressSink& sink) {
                    sink({sim::nanoseconds(7), 3, 2, 0.5});
                    return std::string{"done"};
                  }};
  std::vector<double> fractions;
  const InterruptGuard guard;
  run_jobs({steps}, 1, [&](std::size_t index, const models::Progress& progress) {
    EXPECT_EQ(index, 0u);
    EXPECT_EQ(progress.simulated, sim::nanoseconds(7));
    EXPECT_EQ(progress.faults, 2u);
    fractions.push_back(progress.fraction);
  });
  EXPECT_EQ(fractions, (std::vector<double>{0.5, 1.0}));
}

TEST(WorkerPool, SaysWhichJobThrewAndWhat) {
  const auto stuck = []() -> std::string { throw std::runtime_error("stuck at 5 ns:\n  a waits"); };
  EXPECT_EQ(failure_of({job(stuck, "run iopf, replication 3, seed 1")}),
            "run iopf, replication 3, seed 1: stuck at 5 ns:\n  a waits");
}

TEST(WorkerPool, PassesOnWhatABrokenInvariantPrinted) {
  const auto broken = []() -> std::string {
    sim::ensure_failed("a == b", "a is b", "f.cpp", 7, "");
  };
  EXPECT_EQ(failure_of({job(broken)}),
            "run x: an invariant broke\n"
            "faultpath: invariant broken: a is b (a == b)\n  at f.cpp:7");
}

TEST(WorkerPool, SaysWhichSignalEndedAWorker) {
  const auto quits = []() -> std::string {
    signal(SIGQUIT, SIG_DFL);
    raise(SIGQUIT);
    return "";
  };
  EXPECT_EQ(failure_of({job(quits)}), "run x: its process was ended by signal 3 (Quit)");
}

constexpr const char* kAdvice =
    "; run fewer at a time (--jobs), or simulate less: memory, footprints, recordings, operations "
    "in flight";

TEST(WorkerPool, SaysThatAKilledWorkerMayHaveHadTooLittleMemory) {
  const auto killed = []() -> std::string {
    raise(SIGKILL);
    return "";
  };
  EXPECT_EQ(failure_of({job(killed)}),
            std::string("run x: its process was killed, as the kernel does when memory runs out") +
                kAdvice);
}

// Nobody can catch the second: it is where no exception may pass.
TEST(WorkerPool, SaysThatAWorkerRanOutOfMemoryWhereverThatWas) {
  const auto throws = []() -> std::string { throw std::bad_alloc(); };
  const auto ends = []() -> std::string {
    const auto where_nothing_may_be_thrown = []() noexcept { std::get_new_handler()(); };
    where_nothing_may_be_thrown();
    return "";
  };
  for (const auto& work : {job(throws), job(ends)}) {
    EXPECT_EQ(failure_of({work}), std::string("run x: out of memory") + kAdvice);
  }
}

// As a terminal does it, to all of a process group; SimGrid would rather end the process itself.
TEST(WorkerPool, AWorkerOutlivesWhatInterruptsItsParent) {
  const auto work = []() -> std::string {
    sim::Simulation simulation;
    simulation.platform();
    for (const int interrupt : {SIGINT, SIGTERM, SIGHUP}) raise(interrupt);
    return "fine";
  };
  const InterruptGuard guard;
  EXPECT_EQ(run_jobs({job(work)}, 1)[0].record, "fine");
}

// The worker may be the first to end.
TEST(WorkerPool, ASignalIsReportedRatherThanWhatItDidToAWorker) {
  const pid_t parent = getpid();
  const auto dies = [parent]() -> std::string {
    kill(parent, SIGTERM);
    raise(SIGKILL);
    return "";
  };
  const InterruptGuard guard;
  EXPECT_THROW(run_jobs({job(dies)}, 1), Interrupted);
}

TEST(WorkerPool, CallsAWorkerThatLeavesWithoutARecordFailed) {
  const auto leaves = []() -> std::string { _exit(5); };
  EXPECT_EQ(failure_of({job(leaves)}), "run x: its process ended with status 5");
}

TEST(WorkerPool, LetsTheOthersComeToTheirEndAfterAFailure) {
  const auto fails = []() -> std::string { throw std::runtime_error("no"); };
  const auto works = [] { return std::string{"done"}; };
  const InterruptGuard guard;
  for (const std::size_t parallel : {1u, 3u}) {
    const auto results = run_jobs({job(works), job(fails), job(works)}, parallel);
    EXPECT_EQ(results[0].record, "done");
    EXPECT_EQ(results[1].failure, "run x: no");
    EXPECT_EQ(results[2].record, "done");
    EXPECT_FALSE(results[0].failure || results[2].failure);
  }
}

TEST(WorkerPool, KeepsWhatASuccessfulWorkerWroteToStderrForTheCaller) {
  const InterruptGuard guard;
  const auto results = run_jobs({job([] {
                                  fmt::print(stderr, "a warning\n");
                                  return std::string{"fine"};
                                })},
                                1);
  EXPECT_EQ(results[0].record, "fine");
  EXPECT_EQ(results[0].errors, "a warning\n");
}

TEST(WorkerPool, ASignalEndsAllWorkersAndIsReported) {
  // The worker interrupts its parent, then would sleep; it ignores the signal itself.
  const pid_t parent = getpid();
  const auto interrupts = [parent] {
    raise(SIGINT);
    kill(parent, SIGINT);
    sleep(60);
    return std::string{};
  };
  const auto started = Clock::now();
  const InterruptGuard guard;
  try {
    run_jobs({job(interrupts)}, 1);
    FAIL() << "was not interrupted";
  } catch (const Interrupted& interrupted) {
    EXPECT_EQ(interrupted.exit_status(), 130);
  }
  EXPECT_LT(Clock::now() - started, std::chrono::seconds(20));
}

}  // namespace
}  // namespace faultpath::cli
