// Recordings of other tools become traces.
#include "scenarios/import.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

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
  // The lines after the header that importing gives when each origin gets a number of its own.
  std::string split(const char* format, const std::string& text, Several several,
                    bool keep_times = false) {
    import_trace(format, scratch.write("in", text), scratch.path("out.csv"), {keep_times, several});
    return result().substr(header.size());
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
            "in: version 2 of fio's log without waits records no times, so there are none to keep");
}

TEST_F(Import, OfFioNamesTheLineThatIsWrong) {
  EXPECT_EQ(error("fio", "18 f add\n"),
            "in:1: not a log of fio: expected 'fio version 2 iolog' or 3");
  EXPECT_EQ(error("fio", "fio version 3 iolog\n810 f re"),
            "in:2: unknown action 're'; the log may be truncated");
  EXPECT_EQ(error("fio", "fio version 3 iolog\n810 f read 4096 \n"),
            "in:2: length: expected a number, found ''");
  EXPECT_EQ(error("fio", "fio version 3 iolog\n1 f read 0 1\n2 g read 0 1\n"),
            "in:3: a second file, 'g' after 'f': import a log of one file, or give each a PASID or "
            "device by --several");
  EXPECT_EQ(error("fio", "fio version 3 iolog\n2 f read 0 1\n1 f read 0 1\n", true),
            "in:3: time: earlier than on the line before");
}

// "==PID==" is of the tool, "--PID--" of valgrind, "**PID**" of the program.
TEST_F(Import, OfLackeySkipsEveryKindOfRemark) {
  import("lackey",
         "==1== Lackey\n--1-- WARNING: unhandled syscall\n**1** hello\nSB 04013ab0\n"
         " L 1000,8\n==1== \n");
  EXPECT_EQ(result(), header + ",0,0,0x1000,8,r\n");
  std::filesystem::remove(scratch.path("out.csv"));
  for (const char* line : {"-- 1 --\n", "==x== \n", "--1==\n", "**1\n"}) {
    EXPECT_TRUE(error("lackey", line).starts_with("in:1: expected ' L address,bytes'")) << line;
  }
}

TEST_F(Import, SkipsBlanksAtTheEndsOfLinesAndEmptyLines) {
  import("lackey", " L 10,4 \t\r\n\n S 18,4\r\n\n\n");
  EXPECT_EQ(result(), header + ",0,0,0x10,4,r\n,0,0,0x18,4,w\n");
  import("csv", header + ",0,0,16,4,w \n\n\n");
  EXPECT_EQ(result(), header + ",0,0,0x10,4,w\n");
  import("fio", "fio version 2 iolog \nf read 0 1 \n \n");
  EXPECT_EQ(result(), header + ",0,0,0x0,1,r\n");
}

TEST_F(Import, RefusesSeveralProcessesUnlessEachGetsANumber) {
  const std::string log =
      " L 500,1\n==100== Lackey\n L 1000,8\n==200== Lackey\n S 1000,8\n==100== end\n L 2000,1\n";
  EXPECT_EQ(
      error("lackey", log),
      "in:5: a second process, '200' after '100': import a log of one, or give each a PASID or "
      "device by --several");
  EXPECT_EQ(split("lackey", log, Several::pasid),
            ",0,0,0x500,1,r\n,0,0,0x1000,8,r\n,0,1,0x1000,8,w\n,0,0,0x2000,1,r\n");
  EXPECT_EQ(split("lackey", log, Several::device),
            ",0,0,0x500,1,r\n,0,0,0x1000,8,r\n,1,0,0x1000,8,w\n,0,0,0x2000,1,r\n");
}

// The table of fio's manual, "Trace file format".
TEST_F(Import, OfFioKnowsEveryActionOfBothVersions) {
  const std::string actions =
      "f add|f open|f read 0 1|f write 4096 2|f trim 0 4096|f sync 0 0|f datasync 0 0|"
      "f sync_file_range 0 4096|f wait 1000 0|f close|";
  std::string second = "fio version 2 iolog\n", third = "fio version 3 iolog\n5 ";
  for (const char c : actions) {
    second += c == '|' ? "\n" : std::string(1, c);
    third += c == '|' ? "\n5 " : std::string(1, c);
  }
  third.resize(third.size() - 2);
  for (const auto& log : {second, third}) {
    import("fio", log);
    EXPECT_EQ(result(), header + ",0,0,0x0,1,r\n,0,0,0x1000,2,w\n");
  }
}

TEST_F(Import, OfFioTakesNamesOfFilesWithBlanks) {
  import("fio",
         "fio version 3 iolog\n22 my file.dat add\n27 my file.dat open\n"
         "30 my file.dat write 0 4096\n31 my file.dat read 4096 1\n60 my file.dat close\n");
  EXPECT_EQ(result(), header + ",0,0,0x0,4096,w\n,0,0,0x1000,1,r\n");
  import("fio", "fio version 2 iolog\nread add\nread read 0 1\n");
  EXPECT_EQ(result(), header + ",0,0,0x0,1,r\n");
}

// Each wait is from the one before; the recording begins with its first access.
TEST_F(Import, OfFioTakesTheWaitsOfVersionTwoForTimes) {
  const std::string log =
      "fio version 2 iolog\nd wait 500 0\nd read 0 1\nd wait 1000 0\nd read 1 1\nd wait 20 0\n"
      "d read 2 1\n";
  import("fio", log);
  EXPECT_EQ(result(), header + ",0,0,0x0,1,r\n,0,0,0x1,1,r\n,0,0,0x2,1,r\n");
  import("fio", log, true);
  EXPECT_EQ(result(), header + "0,0,0,0x0,1,r\n1000000,0,0,0x1,1,r\n1020000,0,0,0x2,1,r\n");
}

TEST_F(Import, RefusesASecondJobUnlessEachGetsANumber) {
  const std::string log =
      "fio version 3 iolog\n5 f read 0 1\n30 f read 1 1\nfio version 3 iolog\n10 f read 0 2\n";
  EXPECT_TRUE(error("fio", log).starts_with("in:4: the log of a second job: "))
      << error("fio", log);
  EXPECT_EQ(split("fio", log, Several::pasid, true),
            "0,0,0,0x0,1,r\n5000,0,1,0x0,2,r\n25000,0,0,0x1,1,r\n");
}

TEST_F(Import, NamesTheLineWithAZeroByte) {
  EXPECT_EQ(error("lackey", std::string(" L 1000,8\n L 10\0"
                                        "00,8\n",
                                        20)),
            "in:2: holds a zero byte: damaged, or no text");
}

TEST_F(Import, QuotesNoMoreThanAFewHundredCharacters) {
  const std::string junk(100'000, 'x');
  for (const auto& text :
       {"lackey " + junk, "fio " + junk, "csv " + junk,
        "fio fio version 3 iolog\n1 " + junk + " read x 1", "csv " + header + junk + ",0,0,0,1,r",
        "csv " + header + ",0,0,0,1," + junk}) {
    const auto blank = text.find(' ');
    const auto message = error(text.substr(0, blank).c_str(), text.substr(blank + 1));
    EXPECT_NE(message, "none");
    EXPECT_LT(message.size(), 300U) << message;
  }
}

TEST_F(Import, FollowsALinkAndKeepsIt) {
  const auto link = scratch.path("link.csv");
  std::filesystem::create_symlink("real.csv", link);
  const auto in = scratch.write("in", " L 0,1\n");
  import_trace("lackey", in, link);
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(read_file(scratch.path("real.csv")), header + ",0,0,0x0,1,r\n");
}

TEST_F(Import, ReplacesNothingButRegularFiles) {
  const auto in = scratch.write("in", " L 0,1\n");
  const auto refused = [&](const std::string& out) {
    try {
      import_trace("lackey", in, out);
    } catch (const ConfigError& error) {
      return error.message();
    }
    return std::string("accepted");
  };
  const auto fifo = scratch.path("fifo"), link = scratch.path("link"), ring = scratch.path("ring");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  std::filesystem::create_symlink("fifo", link);
  std::filesystem::create_symlink("ring", ring);
  EXPECT_TRUE(refused(fifo).starts_with("is a FIFO")) << refused(fifo);
  EXPECT_TRUE(refused(link).starts_with("is a FIFO")) << refused(link);
  EXPECT_TRUE(refused("/dev/null").starts_with("is a device"));
  EXPECT_TRUE(refused(scratch.path(".")).starts_with("is a folder"));
  EXPECT_EQ(refused(ring), "Too many levels of symbolic links");
  EXPECT_EQ(refused(scratch.path("none/out.csv")), "cannot be written: No such file or directory");
  EXPECT_EQ(refused(scratch.path("out.csv.gz")).substr(0, 18), ".gz is not written");
  EXPECT_TRUE(std::filesystem::is_fifo(fifo));
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
      "in: cannot be imported as 'lacky'; known are lackey, fio, blktrace, ftrace or csv; did you "
      "mean 'lackey'?");
  EXPECT_EQ(import_formats().size(), 5U);
}

}  // namespace
}  // namespace faultpath::scenarios
