// The rules of the RISC-V page request queue, each at the moment at which it begins to hold.
#include "models/iommu/queues/riscv_page_request_queue.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

using Fate = Arrival::Fate;
using Mode = RiscvDeviceDirectory::Mode;

constexpr std::uint32_t kDevice = 5;
constexpr Pasid kPasid{77};

// A read of one page, the only request of its group.
const PageRequest kLast = [] {
  PageRequest request;
  request.device = {kDevice};
  request.page = {0x123};
  request.pasid = kPasid;
  request.index = {9};
  request.read = request.last = true;
  return request;
}();

PageRequest middle() {
  PageRequest request = kLast;
  request.last = false;
  return request;
}
PageRequest marker() {
  PageRequest request = kLast;
  request.read = false;
  return request;
}

void fill(RiscvPageRequestQueue& queue) {
  while (queue.occupied() < queue.usable_entries()) queue.arrive(kLast);
}

// Registers and directory set up by hand, one device with `context`.
RiscvPageRequestQueue with_context(const RiscvDeviceContext& context, Mode mode) {
  RiscvDeviceDirectory directory(RiscvDeviceDirectory::ContextFormat::extended);
  directory.set_mode(mode);
  directory.write(StreamId{kDevice}, context);
  RiscvPageRequestQueue queue(directory);
  queue.resize(8);
  queue.enable();
  return queue;
}

TEST(RiscvPageRequestQueue, HoldsOneRequestLessThanItHasEntries) {
  RiscvPageRequestQueue queue(8);
  EXPECT_EQ(queue.usable_entries(), 7U);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(queue.arrive(middle()).fate, Fate::queued) << i;
  EXPECT_FALSE(queue.overflow());
  const Arrival eighth = queue.arrive(middle());
  EXPECT_EQ(eighth.fate, Fate::dropped);
  EXPECT_TRUE(eighth.overflowed);
  EXPECT_EQ(queue.occupied(), 7U);
}

TEST(RiscvPageRequestQueue, KeepsDroppingUntilSoftwareClearsOverflow) {
  RiscvPageRequestQueue queue(4);
  fill(queue);
  queue.arrive(kLast);
  queue.set_head(queue.tail());
  const auto lost = queue.receive(kLast);
  EXPECT_EQ(lost.verdict, RiscvVerdict::overflow);
  EXPECT_EQ(lost.arrival.fate, Fate::answered);
  EXPECT_EQ(lost.arrival.code, ResponseCode::success);
  EXPECT_FALSE(lost.arrival.overflowed) << "the flag was set before";
  queue.clear_overflow();
  EXPECT_EQ(queue.arrive(kLast).fate, Fate::queued);
}

TEST(RiscvPageRequestQueue, QueuesStopMarkersButNeverAnswersThem) {
  RiscvPageRequestQueue queue(2);
  EXPECT_EQ(queue.arrive(marker()).fate, Fate::queued);
  EXPECT_EQ(queue.arrive(marker()).fate, Fate::dropped);
  EXPECT_TRUE(queue.overflow());
  EXPECT_EQ(queue.arrive(kLast).fate, Fate::answered);
}

TEST(RiscvPageRequestQueue, AnswersOverflowWithThePasidOnlyIfTheContextAsksForIt) {
  for (const bool wanted : {false, true}) {
    auto queue = with_context({.response_pasid = wanted}, Mode::one_level);
    fill(queue);
    EXPECT_EQ(queue.arrive(kLast).carries_pasid, wanted);
    EXPECT_EQ(queue.arrive(kLast).carries_pasid, wanted) << "the flag is set now";
  }
}

struct Refusal {
  RiscvDeviceContext context;
  Mode mode;
  RiscvVerdict verdict;
  ResponseCode code;
  std::optional<unsigned> logged;
};

// RISC-V IOMMU 3.7: Failure echoes the PASID, Invalid does not (PRPR is 0 or was not read).
TEST(RiscvPageRequestQueue, AnswersByWhatIsWrongWithTheDirectoryOrTheContext) {
  constexpr RiscvDeviceContext kNoRequests{.page_requests = false, .response_pasid = false};
  constexpr RiscvDeviceContext kQuiet{
      .page_requests = false, .response_pasid = false, .faults_hidden = true};
  for (const auto& [context, mode, verdict, code, logged] :
       {Refusal{{}, Mode::off, RiscvVerdict::off, ResponseCode::failure, 256},
        {{}, Mode::bare, RiscvVerdict::bare, ResponseCode::invalid, 260},
        {{.valid = false}, Mode::one_level, RiscvVerdict::invalid, ResponseCode::failure, 258},
        {{.ats = false}, Mode::one_level, RiscvVerdict::misconfigured, ResponseCode::failure, 259},
        {kNoRequests, Mode::one_level, RiscvVerdict::not_enabled, ResponseCode::invalid, 260},
        {kQuiet, Mode::one_level, RiscvVerdict::not_enabled, ResponseCode::invalid, {}}}) {
    auto queue = with_context(context, mode);
    const auto arrival = queue.receive(kLast);
    EXPECT_EQ(arrival.verdict, verdict);
    EXPECT_EQ(arrival.arrival.fate, Fate::answered);
    EXPECT_EQ(arrival.arrival.code, code);
    EXPECT_EQ(arrival.arrival.carries_pasid, code == ResponseCode::failure);
    ASSERT_EQ(arrival.logged.has_value(), logged.has_value());
    EXPECT_EQ(static_cast<unsigned>(arrival.logged.value_or(FaultCause{})), logged.value_or(0));
    EXPECT_EQ(queue.arrive(middle()).fate, Fate::dropped);
    EXPECT_EQ(queue.occupied(), 0U);
  }
}

TEST(RiscvPageRequestQueue, ADisabledQueueAnswersFailureWithThePasidAndLogsNothing) {
  RiscvPageRequestQueue queue(4);
  EXPECT_TRUE(queue.disable());
  EXPECT_FALSE(queue.disable()) << "it is off already";
  const auto arrival = queue.receive(kLast);
  EXPECT_EQ(arrival.verdict, RiscvVerdict::queue_off);
  EXPECT_EQ(arrival.arrival.code, ResponseCode::failure);
  EXPECT_TRUE(arrival.arrival.carries_pasid);
  EXPECT_FALSE(arrival.logged.has_value());
  EXPECT_EQ(queue.arrive(middle()).fate, Fate::dropped);
}

TEST(RiscvPageRequestQueue, AWriteThatFailsSetsMemoryFaultAndTakesNoEntry) {
  RiscvPageRequestQueue queue(8);
  queue.break_memory({.entry = 1});
  EXPECT_EQ(queue.arrive(kLast).fate, Fate::queued) << "entry 0 can be written";
  const auto failed = queue.receive(kLast);
  EXPECT_EQ(failed.verdict, RiscvVerdict::write_fault);
  EXPECT_EQ(failed.arrival.code, ResponseCode::failure);
  EXPECT_TRUE(queue.memory_fault());
  EXPECT_EQ(queue.tail(), 1U);
  queue.break_memory({});
  EXPECT_EQ(queue.receive(kLast).verdict, RiscvVerdict::memory_fault) << "until it is cleared";
  queue.clear_memory_fault();
  EXPECT_EQ(queue.arrive(kLast).fate, Fate::queued);
}

TEST(RiscvPageRequestQueue, AFullQueueIsNotWrittenAndSoHasNoMemoryFault) {
  RiscvPageRequestQueue queue(4);
  fill(queue);
  queue.break_memory({.all = true});
  EXPECT_EQ(queue.receive(kLast).verdict, RiscvVerdict::full);
  EXPECT_FALSE(queue.memory_fault());
}

TEST(RiscvPageRequestQueue, SendsNoSecondInterruptWhileOneIsPending) {
  RiscvPageRequestQueue queue(4);
  EXPECT_TRUE(queue.arrive(middle()).interrupt);
  EXPECT_FALSE(queue.arrive(middle()).interrupt);
  EXPECT_FALSE(queue.clear_pending()) << "a queue that holds requests does not raise it again";
  EXPECT_FALSE(queue.pending());
  EXPECT_TRUE(queue.arrive(middle()).interrupt);
}

TEST(RiscvPageRequestQueue, InterruptsForEachFlagThatIsSetAndAgainWhileItIs) {
  RiscvPageRequestQueue queue(4);
  fill(queue);
  queue.clear_pending();
  EXPECT_TRUE(queue.arrive(middle()).interrupt) << "overflow is a reason of its own";
  EXPECT_TRUE(queue.clear_pending()) << "the flag is still set";
  queue.clear_overflow();
  EXPECT_FALSE(queue.clear_pending());
}

TEST(RiscvPageRequestQueue, EnablingInterruptsSendsNone) {
  RiscvPageRequestQueue queue(2);
  queue.enable_interrupts(false);
  queue.arrive(kLast);
  EXPECT_FALSE(queue.arrive(kLast).interrupt);
  queue.enable_interrupts(true);
  EXPECT_FALSE(queue.pending());
  EXPECT_TRUE(queue.overflow());
}

TEST(RiscvPageRequestQueue, EnablingClearsTheFlagsAndTheTailButNotTheHead) {
  RiscvPageRequestQueue queue(8);
  fill(queue);
  queue.arrive(kLast);
  queue.set_head(3);
  queue.disable();
  EXPECT_TRUE(queue.overflow()) << "disabling keeps the flags";
  EXPECT_TRUE(queue.enable());
  EXPECT_FALSE(queue.overflow());
  EXPECT_EQ(queue.tail(), 0U);
  EXPECT_EQ(queue.head(), 3U);
  EXPECT_EQ(queue.occupied(), 5U) << "entries that nobody sent: 0 - 3 modulo 8";
}

TEST(RiscvPageRequestQueue, IsResizedOnlyWhileOff) {
  RiscvPageRequestQueue queue(4);
  EXPECT_FALSE(queue.resize(8));
  EXPECT_EQ(queue.entries(), 4U);
  queue.set_head(2);
  queue.disable();
  EXPECT_TRUE(queue.resize(8));
  EXPECT_EQ(queue.entries(), 8U);
  EXPECT_EQ(queue.head(), 0U);
}

// RISC-V IOMMU 4.3: word 0 is PID 31:12, PV 32, PRIV 33, EXEC 34, DID 63:40; word 1 is the page
// address with PRGI 11:3, L 2, W 1, R 0.
TEST(RiscvPageRequestQueue, RecordsTheRequestAsTheSpecificationLaysItOut) {
  PageRequest request = kLast;
  request.privileged = request.execute = true;
  const auto record = record_of(request);
  EXPECT_EQ(record.payload_and_id, 5ULL << 40 | 1ULL << 34 | 1ULL << 33 | 1ULL << 32 | 77 << 12);
  EXPECT_EQ(record.address_and_flags, 0x123000ULL | 9 << 3 | 1 << 2 | 1);
}

TEST(RiscvPageRequestQueue, RecordsPrivilegeAndExecutionOnlyWithAPasid) {
  PageRequest request = kLast;
  request.pasid.reset();
  request.privileged = request.execute = true;
  EXPECT_EQ(record_of(request).payload_and_id, 5ULL << 40);
  EXPECT_EQ(record_of(request, Pasid{3}).payload_and_id, 5ULL << 40 | 3 << 12)
      << "an invalid PASID field is stored as it came";
}

}  // namespace
}  // namespace faultpath::models
