// Traces are read as they were written, and errors name the line.
#include "scenarios/trace_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "scenarios/file_lookup.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

const std::string kHeader = "time_ns,device,pasid,address,bytes,rw\n";

class TraceFile : public testing::Test {
 protected:
  models::Trace read(const std::string& lines) {
    return read_trace(scratch.write("t.csv", kHeader + lines));
  }
  std::string error(const std::string& text) {
    try {
      read_trace(scratch.write("t.csv", text));
    } catch (const ConfigError& error) {
      return scratch.shortened(error.what());
    }
    return "none";
  }
  std::string error_in(const std::string& lines) { return error(kHeader + lines); }
  Scratch scratch;
};

TEST_F(TraceFile, HasDecimalAndHexadecimalAddresses) {
  const auto trace = read(",0,0,4096,64,r\n,1,5,0xFfe0,32,w\n");
  EXPECT_FALSE(trace->timed);
  ASSERT_EQ(trace->entries.size(), 2U);
  EXPECT_EQ(trace->entries[0].operation.address.value, 4096U);
  EXPECT_FALSE(trace->entries[0].operation.write);
  const auto& entry = trace->entries[1];
  EXPECT_EQ(entry.operation.address.value, 0xffe0U);
  EXPECT_EQ(entry.operation.bytes, 32U);
  EXPECT_TRUE(entry.operation.write);
  EXPECT_EQ(entry.device, 1U);
  EXPECT_EQ(entry.pasid, 5U);
}

TEST_F(TraceFile, MayHaveTimesWithFractions) {
  const auto trace = read("0,0,0,0,1,r\n10.25,0,0,0,1,r\n");
  EXPECT_TRUE(trace->timed);
  EXPECT_EQ(trace->entries[1].at, sim::Time{sim::picoseconds(10'250)});
}

TEST_F(TraceFile, MayEndWithoutANewlineAndHaveCarriageReturns) {
  EXPECT_EQ(read(",0,0,0,1,r\r\n,0,0,0,1,w")->entries.size(), 2U);
}

TEST_F(TraceFile, ReportsWhatItDoesNotUnderstand) {
  EXPECT_EQ(error(""), "t.csv: the trace is empty");
  EXPECT_EQ(error(kHeader), "t.csv:1: the trace has no accesses");
  EXPECT_EQ(error(",0,0,0,1,r\n"),
            "t.csv:1: not a faultpath trace: the first line must be "
            "'time_ns,device,pasid,address,bytes,rw'");
  EXPECT_EQ(error_in(",0,0,0,1,r\n,0,0,0,1,x\n"), "t.csv:3: rw: expected r or w, found 'x'");
  EXPECT_EQ(error_in(",0,0,0x,1,r\n"), "t.csv:2: address: expected a number, found ''");
  EXPECT_EQ(error_in(",0,0,0,1,r,7\n"), "t.csv:2: more than 6 columns");
  EXPECT_EQ(error_in(",0,0,0,0,r\n"), "t.csv:2: an access of no bytes");
  EXPECT_EQ(error_in(",0,0,0,4294967296,r\n"), "t.csv:2: an access of more than 4 GiB");
  EXPECT_EQ(error_in(",0,1048576,0,1,r\n"), "t.csv:2: pasid: at most 1048575, found 1048576");
  EXPECT_EQ(error_in("-5,0,0,0,1,r\n"), "t.csv:2: time_ns: a duration cannot be negative");
}

TEST_F(TraceFile, ReportsALineThatWasCutOff) {
  EXPECT_EQ(error_in(",0,0,0,1,r\n,0,0,40"),
            "t.csv:3: expected 6 columns, found 4; the trace may be truncated");
  EXPECT_EQ(error_in(",0,0,0,1,r\n,0,0,0,1,"), "t.csv:3: rw: expected r or w, found ''");
}

TEST_F(TraceFile, ReportsAddressesThatWrapAround) {
  EXPECT_EQ(error_in(",0,0,0xffffffffffffffff,2,r\n"),
            "t.csv:2: the access wraps around the end of the addresses");
  EXPECT_EQ(read(",0,0,0xffffffffffffffff,1,r\n")->entries.size(), 1U);
}

TEST_F(TraceFile, WantsTimesOnEveryLineOrNoneAndAscending) {
  EXPECT_EQ(error_in("1,0,0,0,1,r\n,0,0,0,1,r\n"),
            "t.csv:3: time_ns: a time on every line, or on none");
  EXPECT_EQ(error_in("2,0,0,0,1,r\n1,0,0,0,1,r\n"),
            "t.csv:3: time_ns: earlier than on the line before");
}

TEST_F(TraceFile, IsReadAsItWasWritten) {
  for (const char* name : {"t.csv", "t.csv.zst"}) {
    TraceWriter writer(scratch.path(name), true);
    writer.write({{{0x12345}, 64, true}, sim::Time{sim::picoseconds(1'050)}, 2, 3});
    writer.commit();
    const auto trace = read_trace(scratch.path(name));
    ASSERT_EQ(trace->entries.size(), 1U);
    const auto& entry = trace->entries[0];
    EXPECT_EQ(entry.operation.address.value, 0x12345U);
    EXPECT_EQ(entry.operation.bytes, 64U);
    EXPECT_TRUE(entry.operation.write);
    EXPECT_EQ(entry.at, sim::Time{sim::picoseconds(1'050)});
    EXPECT_EQ(entry.device, 2U);
    EXPECT_EQ(entry.pasid, 3U);
  }
}

TEST_F(TraceFile, LeavesNothingBehindWhenItIsNotCommitted) {
  {
    TraceWriter writer(scratch.path("t.csv"), false);
  }
  EXPECT_TRUE(std::filesystem::is_empty(scratch.path("")));
}

TEST_F(TraceFile, ReportsCompressedDataThatIsCutOffOrCorrupt) {
  TraceWriter writer(scratch.path("t.csv.zst"), false);
  for (std::uint64_t i = 0; i < 1000; ++i) writer.write({{{i * 7919}, 64, false}, {}, 0, 0});
  writer.commit();
  const auto whole = read_file(scratch.path("t.csv.zst"));
  for (const std::size_t size : {whole.size() - 1, whole.size() / 2, std::size_t{4}}) {
    EXPECT_EQ(error(whole.substr(0, size)), "t.csv: truncated: the zstd data ends in the middle");
  }
  auto corrupt = whole;
  corrupt[whole.size() / 2] = static_cast<char>(corrupt[whole.size() / 2] ^ 0xff);
  EXPECT_TRUE(error(corrupt).starts_with("t.csv: corrupt zstd data: ")) << error(corrupt);
}

// Lines of many lengths lie across the ends of the pieces in which a file is read.
TEST_F(TraceFile, IsReadInPiecesWithTheRightLines) {
  constexpr std::uint64_t kLines = 100'000;
  const auto address = [](std::uint64_t i) { return (i * i * 7919) >> (i % 40); };
  for (const char* name : {"t.csv", "t.csv.zst"}) {
    TraceWriter writer(scratch.path(name), false);
    for (std::uint64_t i = 0; i < kLines; ++i) writer.write({{{address(i)}, 64, false}, {}, 0, 0});
    writer.commit();
    const auto trace = read_trace(scratch.path(name));
    ASSERT_EQ(trace->entries.size(), kLines);
    for (std::uint64_t i = 0; i < kLines; ++i) {
      ASSERT_EQ(trace->entries[i].operation.address.value, address(i)) << name;
    }
  }
  const auto text = read_file(scratch.path("t.csv"));
  EXPECT_EQ(error(text + ",0,0,0,1,x"), "t.csv:100002: rw: expected r or w, found 'x'");
  EXPECT_EQ(error(text + std::string("\0\n", 2)),
            "t.csv:100002: holds a zero byte: damaged, or no text");
}

TEST_F(TraceFile, TakesNoMoreMemoryThanItsEntries) {
  const auto trace = read(",0,0,0,1,r\n,0,0,0,1,w\n,0,0,0,1,w");
  EXPECT_EQ(trace->entries.capacity(), trace->entries.size());
}

// What can be read only once.
TEST_F(TraceFile, MayBeAPipe) {
  const auto path = scratch.path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path) << kHeader << ",0,0,0,1,r\n,0,0,0,1,w\n"; });
  const auto trace = read_trace(path);
  writer.join();
  EXPECT_EQ(trace->entries.size(), 2U);
}

TEST_F(TraceFile, OfTwoMillionLinesIsReadInWellUnderASecond) {
  TraceWriter writer(scratch.path("t.csv"), false);
  for (std::uint64_t i = 0; i < 2'000'000; ++i) writer.write({{{i * 7919}, 64, false}, {}, 0, 0});
  writer.commit();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(read_trace(scratch.path("t.csv"))->entries.size(), 2'000'000U);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  // About 0.15 s on one core; sanitizers and busy machines take several times as long.
  EXPECT_LT(taken.count(), 20.0);
}

// As an editor leaves them: a mark at the beginning, blanks and empty lines at the ends.
TEST(TraceFiles, MayHaveAByteOrderMarkAndBlanks) {
  const Scratch scratch;
  const auto trace = read_trace(scratch.write(
      "t.csv", "\xEF\xBB\xBFtime_ns,device,pasid,address,bytes,rw\r\n,0,0,0x0,4096,w \r\n\n \n"));
  ASSERT_EQ(trace->entries.size(), 1U);
  EXPECT_TRUE(trace->entries[0].operation.write);
}

// Of the longest run: 104 days and 4 hours.
TEST(TraceFiles, HaveNoTimeThatNoRunReaches) {
  const Scratch scratch;
  const std::string header = "time_ns,device,pasid,address,bytes,rw\n";
  read_trace(scratch.write("t.csv", header + "9000000000000000,0,0,0,1,r\n"));
  EXPECT_THROW(read_trace(scratch.write("u.csv", header + "9000000000000001,0,0,0,1,r\n")),
               ConfigError);
}

}  // namespace
}  // namespace faultpath::scenarios
