// The walker of the runs against the reference walker, on random tables.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/random.hpp"
#include "tests/scenarios/validation/riscv/mirrored_tables.hpp"

namespace faultpath::riscv {
namespace {

using models::GpaPage;
using models::IovaPage;
using models::Runs;
using Outcome = TranslationResult::Outcome;

std::uint32_t reads_of(const TranslationResult& result) {
  return result.trace.count(WalkRead::first_stage) + result.trace.count(WalkRead::second_stage);
}
std::uint32_t updates_of(const TranslationResult& result) {
  return result.trace.count(WalkRead::first_stage_update) +
         result.trace.count(WalkRead::second_stage_update);
}

/// What has been seen of a kind, so that a test can tell that it has compared something.
struct Tally {
  std::uint64_t translated = 0, first_stage = 0, tables = 0, data = 0, read_only = 0;
};

/// Both walkers and the tables that they walk.
class Pair {
 public:
  Pair(const RunningTables::Shape& shape, const Runs& areas)
      : running_(shape, areas), mirrored_(running_), areas_(areas) {
    const bool pinned = running_.nested() && !shape.on_demand;
    for (std::uint64_t i = 0; pinned && i < areas.count(); ++i) {
      mirrored_.map_pinned({areas.at(i)});
    }
    if (shape.first_leaf_bits == kPageBits) return;
    std::optional<std::uint64_t> leaf;  // that has been mapped last
    for (std::uint64_t i = 0; i < areas.count(); ++i) {
      const IovaPage page{areas.at(i)};
      const std::uint64_t own = page.value >> (shape.first_leaf_bits - kPageBits);
      if (own != leaf) mirrored_.map_first(page);
      leaf = own;
    }
  }

  std::uint64_t pages() const { return areas_.count(); }
  IovaPage page(std::uint64_t index) const { return {areas_.at(index)}; }

  void toggle_first(IovaPage page) {
    if (running_.shape().first_leaf_bits > kPageBits) return;
    models::IoPageTable& table = running_.first_stage();
    if (table.is_mapped(page)) {
      table.unmap(page);
      mirrored_.unmap_first(page);
    } else {
      table.map(page);
      mirrored_.map_first(page);
    }
  }
  /// The guest page of the data of `page`, or of its table of `level`.
  GpaPage guest_page(IovaPage page, std::optional<unsigned> level) const {
    return level ? running_.guest().table(page, *level) : running_.guest().data(page);
  }
  void toggle_second(GpaPage page) {
    models::IoPageTable& table = running_.second_stage();
    const IovaPage input = models::GuestMemory::input_of(page);
    if (table.is_mapped(input)) {
      table.unmap(input);
      mirrored_.unmap_second(page);
    } else {
      table.map(input);
      mirrored_.map_second(page);
    }
  }
  void map_second(GpaPage page) {
    if (!running_.second_stage().is_mapped(models::GuestMemory::input_of(page))) {
      toggle_second(page);
    }
  }
  void make_read_only(GpaPage page) {
    models::IoPageTable& table = running_.second_stage();
    if (!table.is_mapped(models::GuestMemory::input_of(page))) return;
    table.make_read_only(models::GuestMemory::input_of(page));
    mirrored_.make_read_only(page);
  }
  const RunningTables::Shape& shape() const { return running_.shape(); }

  void compare(IovaPage page, bool write, Tally& tally) {
    const std::optional<TranslationFault> refused = mirrored_.fault_of_write(page);
    const RunningTables::Walk ours = running_.walk(page, write);
    const TranslationResult theirs = mirrored_.translate(page, write);
    EXPECT_EQ(ours.reads, reads_of(theirs));
    if (ours.readable) {
      ASSERT_EQ(theirs.outcome, Outcome::translated);
      EXPECT_EQ(theirs.address, mirrored_.host_of(page));
      EXPECT_EQ(ours.writable, theirs.grant.write);
      EXPECT_EQ(ours.page_bits, theirs.page_bits);
      const bool granted_reading_only = write && ours.missing_stage;
      // The reference sets the dirty bit of the first stage all the same.
      if (!granted_reading_only || !shape().marks) {
        EXPECT_EQ(ours.updates, updates_of(theirs));
      }
      ++tally.translated;
      if (!granted_reading_only) return;
      ASSERT_TRUE(refused.has_value()) << "read-only pages refuse a write";
      compare_fault(ours, *refused);
      ++tally.read_only;
    } else {
      ASSERT_EQ(theirs.outcome, Outcome::no_access);
      compare_fault(ours, *theirs.fault);
      if (ours.missing_stage == 1) {
        EXPECT_EQ(theirs.trace.count(WalkRead::first_stage),
                  shape().levels.stage1 - ours.missing_level);
      }
      ++(ours.missing_stage == 1 ? tally.first_stage
                                 : (ours.missing_table ? tally.tables : tally.data));
    }
  }

 private:
  static void compare_fault(const RunningTables::Walk& ours, const TranslationFault& theirs) {
    ASSERT_EQ(ours.missing_stage, theirs.stage);
    if (*ours.missing_stage == 1) return;
    EXPECT_EQ(ours.missing_table, theirs.implicit());
    EXPECT_EQ(ours.missing_page->value, theirs.iotval2 >> kPageBits);
  }

  RunningTables running_;
  MirroredTables mirrored_;
  Runs areas_;
};

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : stream_({seed, 0, "walkers", "values"}) {}

  std::uint64_t below(std::uint64_t limit) { return stream_.below(limit); }
  bool chance(double p) { return stream_.unit() < p; }

  /// Some runs of pages anywhere below 2^26 pages, the lower half of three levels.
  Runs areas() {
    std::vector<Runs::Run> runs(1 + below(4));
    for (Runs::Run& run : runs) run = {below((1ULL << 26) - 1000), 1 + below(700)};
    return Runs(runs);
  }
  std::uint32_t levels() { return static_cast<std::uint32_t>(3 + below(3)); }
  std::uint8_t leaf_bits() { return static_cast<std::uint8_t>(kPageBits + 9 * below(3)); }

  /// One page that is not there any more, or is again; a table that is missing comes back with the
  /// next change, as walks would not come far for long.
  void change(Pair& pair) {
    if (missing_table_) {
      pair.map_second(*missing_table_);
      missing_table_.reset();
      return;
    }
    const IovaPage page = this->page(pair);
    if (!pair.shape().on_demand || chance(0.3)) return pair.toggle_first(page);
    const auto level = static_cast<unsigned>(below(pair.shape().levels.stage1));
    const bool table = chance(0.3);
    const GpaPage guest = pair.guest_page(page, table ? std::optional(level) : std::nullopt);
    // Where the first stage is marked, the running walker wants to write all of its tables, as VT-d
    // does, and the reference only those that it marks.
    const bool may_be_read_only = !table || !pair.shape().marks;
    if (may_be_read_only && chance(0.3)) return pair.make_read_only(guest);
    pair.toggle_second(guest);
    if (table) missing_table_ = guest;
  }
  /// Mostly one of those that were there at the start.
  IovaPage page(const Pair& pair) {
    const std::uint64_t index = below(pair.pages());
    return pair.page(chance(0.8) ? index / 3 * 3 : index);
  }

 private:
  sim::RandomStream stream_;
  std::optional<GpaPage> missing_table_;
};

// A good way to start from: every third page is there with all of its tables.
void map_some(Pair& pair) {
  for (std::uint64_t i = 0; i < pair.pages(); i += 3) {
    const IovaPage page = pair.page(i);
    pair.toggle_first(page);
    if (!pair.shape().on_demand) continue;
    pair.map_second(pair.guest_page(page, std::nullopt));
    for (unsigned level = 0; level < pair.shape().levels.stage1; ++level) {
      pair.map_second(pair.guest_page(page, level));
    }
  }
}

void run(Pair& pair, Draw& draw, Tally& tally) {
  map_some(pair);
  for (int step = 0; step < 400 && !testing::Test::HasFailure(); ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    if (draw.chance(0.3)) draw.change(pair);
    pair.compare(draw.page(pair), draw.chance(0.5), tally);
  }
}

void run_seeds(std::uint64_t count, Tally& tally, RunningTables::Shape (*shape)(Draw& draw)) {
  for (std::uint64_t seed = 1; seed <= count && !testing::Test::HasFailure(); ++seed) {
    Draw draw(seed);
    const RunningTables::Shape drawn = shape(draw);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", " + std::to_string(drawn.levels.stage1) +
                 " x " + std::to_string(drawn.levels.stage2));
    Pair pair(drawn, draw.areas());
    run(pair, draw, tally);
  }
}

TEST(Walkers, AgreeOnOneStage) {
  Tally tally;
  run_seeds(60, tally, [](Draw& draw) {
    return RunningTables::Shape{.levels = {draw.levels(), 0}, .marks = draw.chance(0.5)};
  });
  EXPECT_GT(tally.translated, 1000U);
  EXPECT_GT(tally.first_stage, 1000U);
}

TEST(Walkers, AgreeOnLargeLeavesOfEitherStage) {
  Tally tally;
  run_seeds(60, tally, [](Draw& draw) {
    const std::uint32_t first = draw.levels(), second = draw.chance(0.8) ? draw.levels() : 0;
    return RunningTables::Shape{.levels = {first, second},
                                .first_leaf_bits = draw.leaf_bits(),
                                .second_leaf_bits = draw.leaf_bits()};
  });
  EXPECT_GT(tally.translated, 1000U);
}

TEST(Walkers, AgreeOnASecondStageThatIsPinned) {
  Tally tally;
  run_seeds(60, tally, [](Draw& draw) {
    return RunningTables::Shape{.levels = {draw.levels(), draw.levels()},
                                .marks = draw.chance(0.5)};
  });
  EXPECT_GT(tally.translated, 1000U);
  EXPECT_GT(tally.first_stage, 1000U);
}

TEST(Walkers, AgreeOnASecondStageOnDemand) {
  Tally tally;
  run_seeds(120, tally, [](Draw& draw) {
    return RunningTables::Shape{
        .levels = {draw.levels(), draw.levels()}, .on_demand = true, .marks = draw.chance(0.5)};
  });
  EXPECT_GT(tally.translated, 500U);
  EXPECT_GT(tally.first_stage, 500U);
  EXPECT_GT(tally.tables, 500U);
  EXPECT_GT(tally.data, 500U);
  EXPECT_GT(tally.read_only, 20U);
}

// What a walk has missed is there from now on.
void bring(RunningTables& tables, IovaPage page, const RunningTables::Walk& walk) {
  if (walk.missing_stage == 1) tables.first_stage().map(page);
  if (walk.missing_stage != 2) return;
  tables.second_stage().map(models::GuestMemory::input_of(*walk.missing_page));
}

// Tables that only grow: what is not there is never cached, so a cache has nothing to forget.
TEST(Walkers, CachesSaveReadsAndChangeNothingElse) {
  std::uint64_t cold = 0, cached = 0;
  for (std::uint64_t seed = 1; seed <= 40 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed);
    RunningTables::Shape shape{.levels = {draw.levels(), draw.levels()}, .on_demand = true};
    const Runs areas = draw.areas();
    RunningTables without(shape, areas);
    shape.caches = true;
    RunningTables with(shape, areas);
    for (int step = 0; step < 400; ++step) {
      const IovaPage page{areas.at(draw.below(areas.count()))};
      const RunningTables::Walk slow = without.walk(page, false), fast = with.walk(page, false);
      EXPECT_EQ(fast.readable, slow.readable);
      EXPECT_EQ(fast.missing_stage, slow.missing_stage);
      EXPECT_EQ(fast.missing_page, slow.missing_page);
      EXPECT_LE(fast.reads, slow.reads);
      cold += slow.reads;
      cached += fast.reads;
      for (RunningTables* tables : {&without, &with}) bring(*tables, page, slow);
    }
  }
  EXPECT_LT(cached, cold);
}

}  // namespace
}  // namespace faultpath::riscv
