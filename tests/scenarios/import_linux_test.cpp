// Recordings of Linux become traces: blkparse's text, and the IOMMU events of ftrace.
#include <gtest/gtest.h>

#include <filesystem>

#include "scenarios/config_error.hpp"
#include "scenarios/file_lookup.hpp"
#include "scenarios/import.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

class ImportOfLinux : public testing::Test {
 protected:
  // The lines of the trace, without its header.
  std::string import(const char* format, const std::string& text, ImportOptions options = {}) {
    const auto out = scratch.path("out.csv");
    import_trace(format, scratch.write("in", text), out, options);
    const auto trace = read_file(out);
    std::filesystem::remove(out);
    return trace.substr(trace.find('\n') + 1);
  }
  std::string error(const char* format, const std::string& text, ImportOptions options = {}) {
    try {
      return "none, but " + import(format, text, options);
    } catch (const ConfigError& error) {
      EXPECT_FALSE(std::filesystem::exists(scratch.path("out.csv")));
      return scratch.shortened(error.what());
    }
  }
  static constexpr ImportOptions kKeepTimes{.keep_times = true};
  Scratch scratch;
};

// Sector 8 is at byte 4096 and sector 16 at 8192; 8 sectors have 4096 bytes.
const std::string kBlkparse =
    "  8,0    1        1     0.000000000  697  Q   R 8 + 8 [fio]\n"
    "  8,0    1        2     0.000001000  697  G   R 8 + 8 [fio]\n"
    "  8,0    1        3     0.000002500  697  D   R 8 + 8 [fio]\n"
    "  8,0    0        1     0.000004000    0  C   R 8 + 8 [0]\n"
    "  8,0    1        4     0.000005500  697  D  WS 16 + 1 [fio]\n"
    "CPU0 (8,0):\n Reads Queued:           1,        4KiB\n\nTotal (8,0):\n";

TEST_F(ImportOfLinux, BlktraceTakesWhatTheDriverWasGiven) {
  EXPECT_EQ(import("blktrace", kBlkparse), ",0,0,0x1000,4096,r\n,0,0,0x2000,512,w\n");
}

TEST_F(ImportOfLinux, BlktraceKeepsTimesSinceTheFirstAccess) {
  EXPECT_EQ(import("blktrace", kBlkparse, kKeepTimes),
            "0,0,0,0x1000,4096,r\n3000,0,0,0x2000,512,w\n");
}

TEST_F(ImportOfLinux, BlktraceTakesWhatIsQueuedWhenNothingIsIssued) {
  EXPECT_EQ(import("blktrace",
                   "8,0 1 1 0.000000000 697 Q R 8 + 8 [a]\n8,0 1 2 0.1 697 Q FWS 16 + 8 [a b]\n"),
            ",0,0,0x1000,4096,r\n,0,0,0x2000,4096,w\n");
}

TEST_F(ImportOfLinux, BlktraceTakesWhatIsCompletedWhenNothingElseIsRecorded) {
  EXPECT_EQ(import("blktrace",
                   "8,0 1 1 0.0 0 C R 8 + 8 [0]\n8,0 1 2 0.1 0 C WS 16 + 8 [0]\n"
                   "8,0 1 3 0.1 7 D D 800 + 8 [a]\n"),
            ",0,0,0x1000,4096,r\n,0,0,0x2000,4096,w\n");
}

// The device mapper's disks queue requests and issue none.
TEST_F(ImportOfLinux, BlktraceTakesOfEachDiskWhatItHas) {
  EXPECT_EQ(import("blktrace",
                   "253,0 1 1 0.0 7 Q R 8 + 8 [a]\n8,0 1 2 0.1 7 Q R 16 + 8 [a]\n"
                   "8,0 1 3 0.2 7 D R 16 + 8 [a]\n",
                   {.several = Several::device}),
            ",0,0,0x1000,4096,r\n,1,0,0x2000,4096,r\n");
}

TEST_F(ImportOfLinux, BlktraceReadsOverTheNamesOfItsFiles) {
  EXPECT_EQ(
      import("blktrace",
             "Input file sda.blktrace.0 added\nInput file sda.blktrace.1 added\n" + kBlkparse),
      ",0,0,0x1000,4096,r\n,0,0,0x2000,512,w\n");
}

TEST_F(ImportOfLinux, BlktraceTakesAWriteThatAZoneAppends) {
  EXPECT_EQ(import("blktrace", "8,0 1 1 0.0 7 D ZA 8 + 8 [a]\n8,0 1 2 0.1 7 D ZR 0 + 8 [a]\n"),
            ",0,0,0x1000,4096,w\n");
}

// A discard, a flush and a command that is passed through have no data in memory that a device
// reads or writes by sectors.
TEST_F(ImportOfLinux, BlktraceLeavesOutWhatMovesNoData) {
  EXPECT_EQ(
      import("blktrace",
             "8,0 1 1 0.0 7 D   D 800 + 8 [a]\n8,0 1 2 0.0 7 D FN [a]\n"
             "8,0 1 3 0.0 7 D   R 36 (12 01 00 00 24 00 ..) [a]\n8,0 1 4 0.0 7 D DE 8 + 8 [a]\n"
             "8,0 1 5 0.0 7 m   N cfq7 slice\n8,0 1 6 0.0 7 P   N [a]\n"
             "8,0 1 7 0.0 7 U   N [a] 1\n8,0 1 8 0.0 7 A  WS 9 + 8 <- (8,1) 1\n"
             "8,0 1 9 0.0 7 D RAM 8 + 8 [a]\n8,0 1 10 0.0 7 D FWFS 0 + 0 [a]\n"),
      ",0,0,0x1000,4096,r\n");
}

TEST_F(ImportOfLinux, BlktraceRefusesSeveralDisksUnlessEachGetsANumber) {
  const std::string log = "8,0 1 1 0.0 7 D R 0 + 8 [a]\n8,16 1 2 0.0 7 D W 8 + 8 [a]\n";
  EXPECT_EQ(error("blktrace", log),
            "in:2: a second disk, '8,16' after '8,0': import a log of one, or give each a PASID or "
            "device by --several");
  EXPECT_EQ(import("blktrace", log, {.several = Several::device}),
            ",0,0,0x0,4096,r\n,1,0,0x1000,4096,w\n");
}

TEST_F(ImportOfLinux, BlktraceNamesTheLineThatIsWrong) {
  EXPECT_EQ(error("blktrace", "8,0 1 1 0.0 7 D R 0 + 8 [a]\nrubbish\n"),
            "in:2: expected 'MAJ,MIN CPU SEQUENCE SECONDS PID ACTION RWBS ...' of blkparse, found "
            "'rubbish'");
  EXPECT_EQ(error("blktrace", "8,0 1 1 0.0 7\n"),
            "in:1: the action is missing; the log may be truncated");
  EXPECT_EQ(error("blktrace", "8,0 1 1 0.0 7 D R 12\n"),
            "in:1: expected 'SECTOR + SECTORS'; the log may be truncated");
  EXPECT_EQ(error("blktrace", "8,0 1 1 5 7 D R 12 + 8 [a]\n"),
            "in:1: time: expected seconds with up to nine decimals, found '5'");
  EXPECT_EQ(error("blktrace", "8,0 1 1 0.0 7 D R 36028797018963968 + 8 [a]\n"),
            "in:1: sector: beyond the end of the addresses");
  EXPECT_EQ(error("blktrace", "8,0 1 1 0.0 7 P N [a]\n"), "in: holds no accesses");
}

// Lines that are out of order come from several processors.
TEST_F(ImportOfLinux, BlktraceOrdersByTimeWhenTimesAreKept) {
  const std::string log = "8,0 1 1 7.5 7 D R 8 + 8 [a]\n8,0 0 1 7.25 7 D W 16 + 8 [a]\n";
  EXPECT_EQ(import("blktrace", log, kKeepTimes),
            "0,0,0,0x2000,4096,w\n250000000,0,0,0x1000,4096,r\n");
  EXPECT_EQ(import("blktrace", log), ",0,0,0x1000,4096,r\n,0,0,0x2000,4096,w\n");
}

// The address is the number of a page: 0x1fac is byte 0x1fac000.
const std::string kPageRequests =
    "# tracer: nop\n#\n"
    "     irq/27-dmar0-123     [001] .....   100.000001: prq_report: dmar0/0000:01:00.0 seq# 1: "
    "rid=0x100 addr=0x1fac r---l pasid=0x1 index=0x0\n"
    "     kworker/u8:1-45      [000] .....   100.000004: map: IOMMU: iova=0x0000000001fac000 - "
    "0x0000000001fad000 paddr=0x0000000123000000 size=4096\n"
    "     irq/27-dmar0-123     [001] .....   100.000009: prq_report: dmar0/0000:01:00.0 seq# 2: "
    "rid=0x100 addr=0x2 rw--l pasid=0x1 index=0x1\n";

TEST_F(ImportOfLinux, FtraceTakesPageRequestsAndLeavesTheAnswersOut) {
  EXPECT_EQ(import("ftrace", kPageRequests), ",0,0,0x1fac000,4096,r\n,0,0,0x2000,4096,w\n");
  EXPECT_EQ(import("ftrace", kPageRequests, kKeepTimes),
            "0,0,0,0x1fac000,4096,r\n8000,0,0,0x2000,4096,w\n");
}

// IOMMU_FAULT_WRITE is bit 0 of the flags.
TEST_F(ImportOfLinux, FtraceTakesFaultsOfTheIommu) {
  EXPECT_EQ(import("ftrace",
                   "<idle>-0 [003] d.h1. 5.000000: io_page_fault: IOMMU:nvme 0000:03:00.0 "
                   "iova=0x00000000fffe1040 flags=0x0001\n"
                   "<idle>-0 [003] d.h1. 6.000000: io_page_fault: IOMMU:nvme 0000:03:00.0 "
                   "iova=0x0000000000002000 flags=0x0000\n"),
            ",0,0,0xfffe1000,4096,w\n,0,0,0x2000,4096,r\n");
}

TEST_F(ImportOfLinux, FtraceTakesMapsForAccessesWhenNoFaultIsRecorded) {
  const std::string log =
      "qemu-1 [000] ..... 1.000000: map: IOMMU: iova=0x0000000000001000 - 0x0000000000003000 "
      "paddr=0x0000000100000000 size=8192\n"
      "qemu-1 [000] ..... 2.000000: unmap: IOMMU: iova=0x0000000000001000 - 0x0000000000003000 "
      "size=8192 unmapped_size=8192\n";
  EXPECT_EQ(import("ftrace", log), ",0,0,0x1000,8192,w\n");
}

// Names of tasks may hold blanks and brackets; perf names the system of an event.
TEST_F(ImportOfLinux, FtraceReadsTheTextOfTraceCmdAndPerf) {
  EXPECT_EQ(import("ftrace",
                   "cpus=2\nCPU 1 is empty\n  my [task] 1:-77 [000] 12.5: io_page_fault: IOMMU:a b "
                   "iova=0x1000 flags=0x0\n"
                   "irq/1 77 [000] 13.000001000: intel_iommu:prq_report: dmar0/b seq# 1: rid=0x8 "
                   "addr=0x7 -w--- pasid=0x0 index=0x0\n"),
            ",0,0,0x1000,4096,r\n,0,0,0x7000,4096,w\n");
}

// Stacks that were recorded with events, as tracefs, trace-cmd and perf print them.
TEST_F(ImportOfLinux, FtraceSkipsStacks) {
  const std::string map =
      "a 1 [000] 1.0: iommu:map: IOMMU: iova=0x0 - 0x1000 paddr=0x0 size=4096\n";
  EXPECT_EQ(import("ftrace", map +
                                 "a-1 [000] 1.0: kernel_stack: <stack trace >\n"
                                 " => iommu_map_pages\n=> __iommu_map (ffffffff8d0a1b2c)\n"
                                 "\tffffffff8d0a1b2c __iommu_map+0x1c ([kernel.kallsyms])\n\n" +
                                 map),
            ",0,0,0x0,4096,w\n,0,0,0x0,4096,w\n");
}

TEST_F(ImportOfLinux, FtraceHasNoTimesToKeepFromAClockWithoutAUnit) {
  const std::string map =
      "a-1 [000] ..... 123456789012: map: IOMMU: iova=0x0 - 0x1000 paddr=0x0 size=4096\n";
  EXPECT_EQ(import("ftrace", map), ",0,0,0x0,4096,w\n");
  EXPECT_EQ(error("ftrace", map, kKeepTimes),
            "in:1: the times of this trace clock have no unit, so there are none to keep; record "
            "with the clock local");
}

TEST_F(ImportOfLinux, FtraceNumbersDevicesAndThePasidsOfEach) {
  const auto line = [](const char* device, const char* pasid) {
    return std::string("a-1 [000] 1.0: prq_report: dmar0/") + device +
           " seq# 1: rid=0x8 addr=0x1 r---l pasid=" + pasid + " index=0x0\n";
  };
  const auto log = line("x", "0x5") + line("y", "0x5") + line("x", "0x9") + line("y", "0x5");
  EXPECT_EQ(import("ftrace", log, {.several = Several::device}),
            ",0,0,0x1000,4096,r\n,1,0,0x1000,4096,r\n,0,1,0x1000,4096,r\n,1,0,0x1000,4096,r\n");
  EXPECT_EQ(import("ftrace", log, {.several = Several::pasid}),
            ",0,0,0x1000,4096,r\n,0,1,0x1000,4096,r\n,0,2,0x1000,4096,r\n,0,1,0x1000,4096,r\n");
  EXPECT_EQ(error("ftrace", log),
            "in:2: a second source, 'y with PASID 0x5' after 'x with PASID 0x5': import a log of "
            "one, or give each a PASID or device by --several");
}

TEST_F(ImportOfLinux, FtraceSkipsOtherEventsAndNamesWhatItCannotRead) {
  const std::string good = "a-1 [000] 1.0: map: IOMMU: iova=0x0 - 0x1000 paddr=0x0 size=4096\n";
  EXPECT_EQ(import("ftrace", "a-1 [000] 1.0: sched_switch: prev=a\n" + good), ",0,0,0x0,4096,w\n");
  EXPECT_EQ(error("ftrace", good + "CPU:1 [LOST 17 EVENTS]\n"),
            "in:2: events were lost here; record again with a larger buffer (buffer_size_kb)");
  EXPECT_EQ(error("ftrace", good + "rubbish\n"),
            "in:2: expected 'TASK-PID [CPU] SECONDS: EVENT: ...' of ftrace, found 'rubbish'");
  EXPECT_EQ(error("ftrace", "a-1 [000] 1.0: map: IOMMU: iova=0x0 - 0x1000 paddr=0x0\n"),
            "in:1: size= is missing; the log may be truncated");
  EXPECT_EQ(error("ftrace", "a-1 [000] 1.0: prq_report: d/x seq# 1: rid=0x8 addr=0x1\n"),
            "in:1: pasid= is missing; the log may be truncated");
  EXPECT_EQ(error("ftrace", "# tracer: nop\n"), "in: holds no accesses");
}

// A machine may have been up for years: only the time since the first access counts.
TEST_F(ImportOfLinux, TimesCountFromTheFirstAccess) {
  const std::string first = "a-1 [000] 99000000.0: map: IOMMU: iova=0x0 - 0x1000 size=4096\n";
  EXPECT_EQ(import("ftrace", first, kKeepTimes), "0,0,0,0x0,4096,w\n");
  EXPECT_EQ(error("ftrace", first + "a-1 [000] 109000000.0: map: IOMMU: iova=0x0 - 0x1 size=1\n",
                  kKeepTimes),
            "in: times that span more than 104 days");
}

}  // namespace
}  // namespace faultpath::scenarios
