// Recordings of other tools become traces.
#include "scenarios/import.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "scenarios/file_lookup.hpp"
#include "scenarios/trace_file.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

class Import : public testing::Test {
 protected:
  ImportCounts import(const char* format, const std::string& text, bool keep_times = false) {
    return import_trace(format, scratch.write("in", text), scratch.path("out.csv"), {keep_times});
  }
  std::string result() { return read_file(scratch.path("out.csv")); }
  std::string error(const char* format, const std::string& text, bool keep_times = false) {
    try {
      import(format, text, keep_times);
    } catch (const ConfigError& error) {
      EXPECT_FALSE(std::filesystem::exists(scratch.path("out.csv")));
      return scratch.shortened(error.what());
    }
    return "none";
  }
  const std::string header = "time_ns,device,pasid,address,bytes,rw\n";
  Scratch scratch;
};

TEST_F(Import, OfLackeySkipsInstructionsAndTakesAModifyForOneWrite) {
  const auto counts = import(
      "lackey", "==7== Lackey\nI  0400d7d4,8\n L 04222c4c,4\n S 1ffefffbf0,8\n M 0421c7cc,2\n");
  EXPECT_EQ(result(), header + ",0,0,0x4222c4c,4,r\n,0,0,0x1ffefffbf0,8,w\n,0,0,0x421c7cc,2,w\n");
  EXPECT_EQ(counts.accesses, 3U);
  EXPECT_EQ(counts.reads, 1U);
  EXPECT_EQ(counts.writes, 2U);
}

TEST_F(Import, CountsPagesTouchedAndDistinctOnes) {
  // 8 bytes at 0xffc touch pages 0 and 1; 4 bytes at 0x1000 page 1; 1 byte at 0x5000 page 5.
  const auto counts = import("lackey", " L 00000ffc,8\n S 00001000,4\n L 00005000,1\n");
  EXPECT_EQ(counts.pages_touched, 4U);
  EXPECT_EQ(counts.distinct_pages, 3U);
}

TEST_F(Import, OfLackeyNamesTheLineThatIsNoAccess) {
  EXPECT_EQ(error("lackey", " L 04222c4c,4\n L 0422"),
            "in:2: expected ' L address,bytes' of lackey, found ' L 0422'");
  EXPECT_EQ(error("lackey", " X 04222c4c,4\n"),
            "in:1: expected ' L address,bytes' of lackey, found ' X 04222c4c,4'");
  EXPECT_EQ(error("lackey", " L ffffffffffffffff,4\n"),
            "in:1: the access wraps around the end of the addresses");
  EXPECT_EQ(error("lackey", ""), "in: holds no accesses");
  EXPECT_EQ(error("lackey", " L 0,4\n", true),
            "in: lackey records no times, so there are none to keep");
}

const std::string kFio3 =
    "fio version 3 iolog\n18 f add\n807 f open\n810 f read 4096 8192\n1067 f write 0 512\n"
    "1070 f sync 0 0\n1080 f close\n";

TEST_F(Import, OfFioDropsTimes) {
  const auto counts = import("fio", kFio3);
  EXPECT_EQ(result(), header + ",0,0,0x1000,8192,r\n,0,0,0x0,512,w\n");
  EXPECT_EQ(counts.pages_touched, 3U);
}

// The first column counts microseconds: a job of two seconds ends at 2000092 in fio 3.33.
TEST_F(Import, OfFioKeepsTimesSinceTheFirstAccess) {
  import("fio", kFio3, true);
  EXPECT_EQ(result(), header + "0,0,0,0x1000,8192,r\n257000,0,0,0x0,512,w\n");
}

TEST_F(Import, OfFioReadsVersionTwo) {
  import("fio", "fio version 2 iolog\nf add\nf open\nf write 4096 512\nf close\n");
  EXPECT_EQ(result(), header + ",0,0,0x1000,512,w\n");
  std::filesystem::remove(scratch.path("out.csv"));
  EXPECT_EQ(error("fio", "fio version 2 iolog\nf read 0 1\n", true),
            "in: version 2 of fio's log records no times, so there are none to keep");
}

TEST_F(Import, OfFioNamesTheLineThatIsWrong) {
  EXPECT_EQ(error("fio", "18 f add\n"),
            "in:1: not a log of fio: expected 'fio version 2 iolog' or 3");
  EXPECT_EQ(error("fio", "fio version 3 iolog\n810 f re"),
            "in:2: unknown action 're'; the log may be truncated");
  EXPECT_EQ(error("fio", "fio version 3 iolog\n810 f read 4096 \n"),
            "in:2: length: expected a number, found ''");
  EXPECT_EQ(error("fio", "fio version 3 iolog\n1 f read 0 1\n2 g read 0 1\n"),
            "in:3: a second file, 'g' after 'f'; import a log of one file");
  EXPECT_EQ(error("fio", "fio version 3 iolog\n2 f read 0 1\n1 f read 0 1\n", true),
            "in:3: time: earlier than on the line before");
}

TEST_F(Import, OfATraceStripsItsTimes) {
  import("csv", header + "5,1,2,0x10,4,w\n");
  EXPECT_EQ(result(), header + ",1,2,0x10,4,w\n");
}

TEST_F(Import, CompressesWhenTheNameSaysSo) {
  const auto out = scratch.path("out.csv.zst");
  import_trace("csv", scratch.write("in", header + ",0,0,16,4,w\n"), out);
  EXPECT_TRUE(read_file(out).starts_with("\x28\xB5\x2F\xFD"));
  EXPECT_EQ(import_trace("csv", out, scratch.path("back.csv")).writes, 1U);
}

TEST_F(Import, NamesTheFormatsThatItKnows) {
  EXPECT_EQ(
      error("lacky", ""),
      "in: cannot be imported as 'lacky'; known are lackey, fio or csv; did you mean 'lackey'?");
  EXPECT_EQ(error("ftrace", ""), "in: import of ftrace is not available in this version");
  EXPECT_EQ(import_formats().size(), 3U);
}

}  // namespace
}  // namespace faultpath::scenarios
