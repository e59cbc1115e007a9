// The models beside the laws: what simulations with fitted parameters give.
#include <gtest/gtest.h>

#include <cmath>

#include "models/memory/parallel_pin.hpp"
#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using nlohmann::json;

// The whole path of the profile, from the stall to the retry, adds what T1 is fitted to: its
// handler of 2.0 us and the rest.
TEST(PublishedSimulations, AddTheFittedCostToEachFaultOfT1) {
  const TemporaryFolder folder;
  const auto [status, out, err] = faultpath(folder, "validate published --json");
  const auto rest = json::parse(out)["tables"][0]["parameters"][0]["value"].get<double>();
  const auto run = faultpath(
      folder,
      fmt::format("run --json {}/scenarios/validation/published/t1.yaml", FAULTPATH_SOURCE_DIR));
  ASSERT_EQ(run.status, 0) << run.err;
  const auto runs = json::parse(run.out).at("runs");
  ASSERT_EQ(runs.size(), 2U);
  for (const auto& one : runs) EXPECT_EQ(one.at("counters").at("faults_minor"), 1024);
  const auto us = [&](std::size_t i) { return runs[i].at("simulated_ns").get<double>() / 1e3; };
  const double first = us(0);
  const double second = us(1) - us(0);
  EXPECT_NEAR((first - second) / 1024.0, rest + 2.0, 0.01);
}

// The paper's what-if, on the path of on-demand paging with the stages of T2.
TEST(PublishedSimulations, TakeTheWhatIfOfT2) {
  const TemporaryFolder folder;
  const auto run = faultpath(
      folder,
      fmt::format("run --json {}/scenarios/validation/published/t2.yaml", FAULTPATH_SOURCE_DIR));
  ASSERT_EQ(run.status, 0) << run.err;
  const auto one = json::parse(run.out).at("runs").at(0);
  EXPECT_EQ(one.at("counters").at("faults_minor"), 1024);
  const double law = 1024.0 * (129.1 + 5.4 + 6.8 + 78.1);
  const double simulated = one.at("simulated_ns").get<double>() / 1e3;
  EXPECT_GT(simulated, 220e3);
  EXPECT_NEAR(simulated / law, 1.0, 0.01);
}

// Threads that meet at the simulated mmap lock: each of N waits for a hand-over of h to each other
// thread. The last round is short, which is what is left of the difference.
TEST(PublishedSimulations, HaveTheCurveOfT5OverThreads) {
  constexpr double kBatches = 9216.0;
  constexpr double kBatch = 455.7e-6;
  for (const double h : {6e-6, 12e-6}) {
    for (const unsigned threads : {1U, 2U, 4U, 8U, 16U, 32U}) {
      const models::PinThreadsSpec spec{
          .threads = threads,
          .hand_over_per_waiter = sim::Duration{std::llround(h * 1e12)},
          .slowdown = 0.0};
      const models::PinWork work{.pages = static_cast<std::uint64_t>(kBatches) * 512,
                                 .fill = sim::Duration{std::llround(kBatch * 1e12)}};
      const double law = kBatches * (kBatch / threads + h * (threads - 1.0));
      EXPECT_NEAR(sim::to_seconds(models::time_to_pin(spec, work, 64)) / law, 1.0, 0.003)
          << threads << " threads, " << h;
    }
  }
}

}  // namespace
}  // namespace faultpath::cli
