// The reference vectors: the models match every one, and a wrong one is found where it is.
#include "scenarios/validation/vector_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/config_error.hpp"
#include "tests/cli/temporary_folder.hpp"

namespace faultpath::scenarios {
namespace {

namespace fs = std::filesystem;
using cli::read_text;
using cli::TemporaryFolder;
using ::testing::EndsWith;
using ::testing::HasSubstr;

const fs::path kVectors = fs::path(FAULTPATH_SOURCE_DIR) / "tests/vectors";

std::uint64_t total(const std::string& manifest, const char* column) {
  const auto table = CsvTable::read((kVectors / manifest).string());
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) sum += table.row(i).decimal(column);
  return sum;
}

std::string place_of(const ReplayCount& count) {
  if (!count.first) return "everything matched";
  const auto& [file, line, row, column, expected, found] = *count.first;
  return file + ", row " + row + ", column " + column + ": expected '" + expected + "', found '" +
         found + "'";
}

// A copy of the vectors in which files can be spoilt.
class Copy {
 public:
  Copy() {
    fs::copy(kVectors, folder_.path(), fs::copy_options::recursive);
    fs::permissions(folder_.path(), fs::perms::owner_all, fs::perm_options::add);
  }
  std::string path() const { return folder_.path().string(); }

  /// Replaces a whole cell of a line, the header being line 1.
  void set(const std::string& file, unsigned line, unsigned column, const std::string& value) {
    std::istringstream lines(read_text(folder_.path() / file));
    std::ostringstream spoilt;
    std::string text;
    for (unsigned number = 1; std::getline(lines, text); ++number) {
      spoilt << (number == line ? with_cell(text, column, value) : text) << '\n';
    }
    write(file, spoilt.str());
  }
  void write(const std::string& file, const std::string& text) {
    fs::remove(folder_.path() / file);
    std::ofstream(folder_.path() / file) << text;
  }
  void remove(const std::string& file) { fs::remove_all(folder_.path() / file); }

  std::string error() const {
    try {
      replay_vectors(path());
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "no error";
  }

 private:
  static std::string with_cell(const std::string& line, unsigned column, const std::string& value) {
    std::istringstream cells(line + ",");
    std::string result, cell;
    for (unsigned i = 0; std::getline(cells, cell, ','); ++i) {
      result += (i > 0 ? "," : "") + (i == column ? value : cell);
    }
    return result;
  }

  TemporaryFolder folder_;
};

TEST(VectorFolder, EveryRowOfThePageRequestSequencesMatches) {
  const auto count = replay_vectors(kVectors.string()).page_requests;
  EXPECT_EQ(count.rows, total("pri/manifest.csv", "rows"));
  EXPECT_EQ(count.matched, count.rows) << place_of(count);
  EXPECT_EQ(count.oddities, 0U);
}

TEST(VectorFolder, EveryTranslationMatchesButForTheListedOddities) {
  const auto count = replay_vectors(kVectors.string()).walks;
  const auto listed = CsvTable::read((kVectors / "xcheck/given-walk-oddities.csv").string());
  EXPECT_EQ(count.rows, total("walk/manifest.csv", "vectors"));
  EXPECT_EQ(count.matched, count.rows) << place_of(count);
  EXPECT_EQ(count.oddities, listed.rows());
  EXPECT_EQ(count.not_modelled, 0U);
}

TEST(VectorFolder, WithoutAListTheOdditiesAreKnownByTheirRules) {
  Copy copy;
  copy.remove("xcheck");
  const auto with_list = replay_vectors(kVectors.string()).walks;
  const auto without = replay_vectors(copy.path()).walks;
  EXPECT_TRUE(without.good()) << place_of(without);
  EXPECT_EQ(without.oddities, with_list.oddities);
}

TEST(VectorFolder, AnOddityThatIsNotListedIsAMismatch) {
  Copy copy;
  copy.set("xcheck/given-walk-oddities.csv", 2, 1, "999");
  const auto count = replay_vectors(copy.path()).walks;
  EXPECT_EQ(count.matched + 1, count.rows);
  EXPECT_EQ(place_of(count), copy.path() +
                                 "/walk/given-19-s1_39-s2_0-hwad.vec.csv, row 58, column aw: "
                                 "expected '0', found '1'");
}

// Column 17 is the outcome; row 12 queues the first request into an empty queue.
TEST(VectorFolder, AWrongPageRequestIsReportedWithItsPlace) {
  Copy copy;
  copy.set("pri/given-03-overflow.csv", 14, 17, "DROP");
  const auto count = replay_vectors(copy.path()).page_requests;
  EXPECT_EQ(count.matched + 1, count.rows);
  EXPECT_EQ(count.first->line, 14U);
  EXPECT_EQ(place_of(count),
            copy.path() +
                "/pri/given-03-overflow.csv, row 12, column out: expected 'DROP', found 'QUEUED'");
}

TEST(VectorFolder, EveryColumnOfAWalkIsCompared) {
  const std::string file = "walk/given-20-s1_39-s2_39-hwad.vec.csv";
  const std::vector<std::string> compared{
      "out",      "cause", "stage", "implicit", "iotval2", "logged", "pa",
      "log2size", "ar",    "aw",    "ax",       "ag",      "apriv",  "n_ddt",
      "n_pdt",    "n_s1",  "n_s2",  "n_amo",    "n_wr",    "trace",  "writes"};
  const auto table = CsvTable::read((kVectors / file).string());
  std::istringstream header(read_text(kVectors / file));
  std::string name;
  for (unsigned column = 0; std::getline(header, name, column == 31 ? '\n' : ','); ++column) {
    if (std::ranges::find(compared, name) == compared.end()) continue;
    Copy copy;
    copy.set(file, 2, column, "spoilt");
    const auto count = replay_vectors(copy.path()).walks;
    ASSERT_TRUE(count.first.has_value()) << name;
    EXPECT_EQ(count.first->column, name);
    EXPECT_EQ(count.first->row, "0");
    if (column == 31) break;
  }
}

TEST(VectorFolder, AWrongPageTableEntryShowsInTheTranslations) {
  Copy copy;
  const std::string file = "walk/given-01-s1_48-s2_0.table.csv";
  copy.set(file, 2, 5, "0000000000000000");
  EXPECT_FALSE(replay_vectors(copy.path()).walks.good());
}

TEST(VectorFolder, ATableThatNeedsAnotherModeIsNotModelled) {
  Copy copy;
  copy.set("walk/manifest.csv", 2, 2, "32");
  const auto count = replay_vectors(copy.path()).walks;
  EXPECT_EQ(count.not_modelled, 88U) << "the vectors of the table, by the manifest";
  EXPECT_EQ(count.rows + 88, total("walk/manifest.csv", "vectors"));
  EXPECT_TRUE(count.good());
}

TEST(VectorFolder, OneOfTheKindsIsEnough) {
  Copy copy;
  copy.remove("pri");
  EXPECT_EQ(replay_vectors(copy.path()).page_requests.rows, 0U);
  copy.remove("walk");
  EXPECT_THAT(copy.error(), EndsWith("expected a folder pri or walk in it"));
}

TEST(VectorFolder, AMissingFolderIsAnError) {
  EXPECT_THROW(replay_vectors("no/such/folder"), ConfigError);
}

TEST(VectorFolder, AMalformedFileIsAnErrorWithItsLine) {
  Copy copy;
  copy.set("pri/given-03-overflow.csv", 14, 1, "JUMP");
  EXPECT_THAT(copy.error(), EndsWith("given-03-overflow.csv:14: op: expected an operation of the "
                                     "page request queue, found 'JUMP'"));
  Copy walk;
  walk.set("walk/given-01-s1_48-s2_0.vec.csv", 3, 8, "stormy");
  EXPECT_THAT(walk.error(), EndsWith("vec.csv:3: env: expected an environment, found 'stormy'"));
}

TEST(VectorFolder, AManifestAndItsFolderAgree) {
  Copy missing;
  missing.remove("pri/given-04-overflow.csv");
  EXPECT_THAT(missing.error(), EndsWith("given-04-overflow.csv: cannot be read"));
  Copy extra;
  extra.write("pri/surprise.csv", "step\n");
  EXPECT_THAT(extra.error(), EndsWith("surprise.csv: not listed in manifest.csv"));
  Copy none;
  none.remove("walk/manifest.csv");
  EXPECT_THAT(none.error(), HasSubstr("manifest.csv: cannot be read"));
}

TEST(VectorFolder, ASequenceBeginsWithReset) {
  Copy copy;
  copy.set("pri/given-03-overflow.csv", 2, 1, "EN");
  EXPECT_THAT(copy.error(),
              EndsWith("given-03-overflow.csv:2: op: expected RESET first, found 'EN'"));
}

}  // namespace
}  // namespace faultpath::scenarios
