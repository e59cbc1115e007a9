// Every combination of the rows of the product's tables either is refused with a reason, or runs
// and keeps the laws. A new row is in here by existing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/run.hpp"
#include "models/device/reactions/fault_reaction.hpp"
#include "models/kernel/eras.hpp"
#include "models/kernel/routes/routes.hpp"
#include "models/strategy/strategy_traits.hpp"
#include "tests/models/forked_run.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using StrategyKind = decltype(StrategySpec::kind);

/// Each alternative of the variant, with its defaults.
template <std::size_t... I>
std::vector<StrategyKind> strategies(std::index_sequence<I...>) {
  return {StrategyKind(std::in_place_index<I>)...};
}
std::vector<StrategyKind> strategies() {
  return strategies(std::make_index_sequence<std::variant_size_v<StrategyKind>>());
}

struct Stages {
  const char* name;
  std::uint32_t second_levels;
  SecondStageBacking backing;
};
constexpr Stages kStages[] = {{"one stage", 0, SecondStageBacking::pinned},
                              {"nested, pinned", 4, SecondStageBacking::pinned},
                              {"nested, on demand", 4, SecondStageBacking::on_demand}};

/// Frames of the host: for all that the devices reach and their guests' tables, or for half of it.
struct Frames {
  const char* name;
  std::uint64_t pages;
  bool enough;
};
constexpr Frames kFrames[] = {{"plenty of memory", 4000, true}, {"too little memory", 300, false}};

/// A route of faults and an era of the core that serves them.
struct Software {
  FaultRoute route{};
  Era era{};

  std::string name() const {
    return "route " + std::string(info_of(route).name) + ", era " + std::string(rules_of(era).name);
  }
  bool operator==(const Software&) const = default;
};

/// What a spec has when it says nothing, then each route, and each era with its route.
std::vector<Software> software() {
  const SystemSpec standard;
  std::vector<Software> all{{standard.route.route(), standard.host.era}};
  const auto add = [&](const Software& one) {
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
  };
  for (std::size_t route = 0; route < routes().size(); ++route) {
    add({FaultRoute{route}, standard.host.era});
  }
  for (const EraRules& rules : eras()) add({rules.route, rules.era});
  return all;
}

/// Whether answers get lost, and who answers then.
struct Answers {
  const char* name;
  double lost;
  TimeoutAction action;
  bool operator==(const Answers&) const = default;
};
constexpr Answers kAnswers[] = {{"no answer lost", 0.0, TimeoutAction::off},
                                {"answers lost, then Invalid", 0.05, TimeoutAction::invalid},
                                {"answers lost, then a reset", 0.02, TimeoutAction::failure_reset}};

constexpr PageSize kPageSizes[] = {
    {}, PageSize::of_bytes(16 * kKiB), PageSize::of_bytes(64 * kKiB)};

constexpr std::uint64_t kOperations = 900;

/// Three devices of two contexts each read and write 200 pages, one as often as the other.
struct Combination {
  IommuKind kind;
  StrategyKind strategy;
  Stages stages;
  Frames frames;
  Software software;
  OnFault reaction{};
  Answers answers = kAnswers[0];
  PageSize page_size{};

  SystemSpec spec() const {
    SystemSpec spec = small_system();
    spec.iommu.kind = kind;
    spec.host.page_size = page_size;
    spec.iommu.levels.stage1 = usual_levels(page_size);
    spec.iommu.levels.stage2 = stages.second_levels;
    spec.iommu.second_stage.backing = stages.backing;
    spec.strategy = {"strategy", strategy};
    spec.route = software.route;
    spec.host.era = software.era;
    spec.host.memory = page_size.bytes_of(frames.pages);
    spec.host.iopf.lost.share = answers.lost;
    spec.host.iopf.timeout = {answers.action, sim::microseconds(200)};
    DeviceSpec& device = spec.devices[0];
    device.count = 3;
    device.contexts = 2;
    device.pri.group = 2;
    device.on_fault = reaction;
    if (answers.action == TimeoutAction::failure_reset) {
      device.reset.duration = sim::microseconds(20);
    }
    device.workload.kind = UniformSpec{};
    device.workload.queue_depth = 4;
    device.workload.operation = page_size.bytes_of(2);
    device.workload.footprint = page_size.bytes_of(200);
    spec.run.stop.operations = kOperations;
    return spec;
  }
  std::string name() const {
    return std::string(info_of(kind).name) + ", alternative " + std::to_string(strategy.index()) +
           " of the strategies, " + stages.name + ", " + frames.name + ", " + software.name() +
           ", " + answers.name + ", on_fault " + std::string(info_of(reaction).name) +
           ", pages of " + std::to_string(page_size.bytes());
  }
};

// Each row of frames, software, reactions, answers and sizes of pages is combined with the first of
// the others.
std::vector<Combination> combinations_of(IommuKind kind) {
  std::vector<Combination> all;
  const std::vector<Software> rows = software();
  for (const StrategyKind& strategy : strategies()) {
    for (const Stages& stages : kStages) {
      const Combination first{kind, strategy, stages, kFrames[0], rows[0], {}, kAnswers[0]};
      const auto add = [&](auto member, auto row) {
        all.push_back(first);
        all.back().*member = row;
      };
      for (const Frames& frames : kFrames) add(&Combination::frames, frames);
      for (std::size_t i = 1; i < rows.size(); ++i) add(&Combination::software, rows[i]);
      for (const FaultReactionInfo& info : fault_reactions()) {
        if (info.kind.index() != first.reaction.index()) add(&Combination::reaction, info.kind);
      }
      for (const Answers& answers : kAnswers) {
        if (answers != first.answers) add(&Combination::answers, answers);
      }
      for (const PageSize size : kPageSizes) {
        if (size != first.page_size) add(&Combination::page_size, size);
      }
    }
  }
  return all;
}

bool is_refused(const Combination& each) { return !problems_of(each.spec()).empty(); }

class Matrix : public ::testing::TestWithParam<IommuKind> {};

TEST_P(Matrix, WhatIsNotRefusedRunsAndKeepsTheLaws) {
  for (const Combination& each : combinations_of(GetParam())) {
    if (is_refused(each)) continue;
    SCOPED_TRACE(each.name());
    const Seen seen = checked_run(each.spec());
    const Counters& c = seen.counters;
    EXPECT_EQ(c.dma_operations + c.dma_dropped, kOperations);
    // Where software maps for each operation, what is reclaimed is in no device's reach.
    if (!each.frames.enough && !traits_of(each.spec().strategy).acts_around_dma) {
      EXPECT_GT(c.evictions + c.faults_fatal, 0U) << "some page has no room";
    }
    SystemSpec stepwise = each.spec();
    stepwise.run.temporal_decoupling = false;
    EXPECT_EQ(difference(seen, run(stepwise)), "");
  }
}

TEST_P(Matrix, WhatIsRefusedIsRefusedWithAPlaceAndAReason) {
  for (const Combination& each : combinations_of(GetParam())) {
    SCOPED_TRACE(each.name());
    for (const SpecProblem& problem : problems_of(each.spec())) {
      EXPECT_FALSE(problem.path.empty());
      EXPECT_FALSE(problem.message.empty());
    }
  }
}

std::vector<IommuKind> kinds() {
  std::vector<IommuKind> all;
  for (const IommuKindInfo& info : iommu_kinds()) all.push_back(info.kind);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Kinds, Matrix, ::testing::ValuesIn(kinds()),
                         [](const auto& kind) { return std::string(info_of(kind.param).name); });

// Else a rule that refuses too much would leave a row without any run.
TEST(MatrixRows, EachRowRunsInSomeCombination) {
  std::vector<std::size_t> of_strategy(strategies().size());
  std::vector<std::size_t> of_stages(std::size(kStages)), of_frames(std::size(kFrames));
  const std::vector<Software> rows = software();
  std::vector<std::size_t> of_software(rows.size()), of_reaction(fault_reactions().size());
  std::vector<std::size_t> of_answers(std::size(kAnswers)), of_size(std::size(kPageSizes));
  for (const IommuKind kind : kinds()) {
    std::size_t of_kind = 0;
    for (const Combination& each : combinations_of(kind)) {
      if (is_refused(each)) continue;
      ++of_kind;
      ++of_strategy[each.strategy.index()];
      ++of_reaction[each.reaction.index()];
      ++of_software[static_cast<std::size_t>(std::ranges::find(rows, each.software) -
                                             rows.begin())];
      for (std::size_t i = 0; i < std::size(kStages); ++i) {
        of_stages[i] += kStages[i].name == each.stages.name;
      }
      for (std::size_t i = 0; i < std::size(kAnswers); ++i) {
        of_answers[i] += kAnswers[i] == each.answers;
      }
      for (std::size_t i = 0; i < std::size(kPageSizes); ++i) {
        of_size[i] += kPageSizes[i] == each.page_size;
      }
      for (std::size_t i = 0; i < std::size(kFrames); ++i) {
        of_frames[i] += kFrames[i].name == each.frames.name;
      }
    }
    EXPECT_GT(of_kind, 0U) << info_of(kind).name;
  }
  for (const auto& counts :
       {of_strategy, of_stages, of_frames, of_software, of_reaction, of_answers, of_size}) {
    for (std::size_t row = 0; row < counts.size(); ++row) EXPECT_GT(counts[row], 0U) << row;
  }
}

}  // namespace
}  // namespace faultpath::models
