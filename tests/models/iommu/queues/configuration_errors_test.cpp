// What each kind answers to a page request that its configuration does not allow.
#include <gtest/gtest.h>

#include "models/assembly/iommu_kinds.hpp"
#include "models/iommu/iommu_switch.hpp"
#include "models/iommu/queues/smmu_pri_queue.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using Fate = Arrival::Fate;
using S = IommuSwitch;

constexpr DeviceIndex kDevice{0};
constexpr DeviceIndex kOther{1};

std::unique_ptr<PageRequestQueue> queue_of(IommuKind kind, const SmmuPriSpec& smmu = {}) {
  IommuSpec spec;
  spec.kind = kind;
  spec.queue_entries = 4;
  if (kind == IommuKind::smmu_pri) spec.kind.as<SmmuPriSpec>() = smmu;
  return info_of(kind).make_queue(spec);
}

PageRequest from(DeviceIndex device, bool last = true) {
  PageRequest request = page_request(1, 1, last);
  request.device = device;
  request.pasid = Pasid{7};
  return request;
}

// Every last request gets `code`, others and stop markers silence, and nothing enters the queue.
void expect_refused(PageRequestQueue& queue, ResponseCode code, bool with_pasid) {
  const std::uint32_t before = queue.occupied();
  const Arrival last = queue.arrive(from(kDevice));
  EXPECT_EQ(last.fate, Fate::answered);
  EXPECT_EQ(last.code, code);
  EXPECT_EQ(last.carries_pasid, with_pasid);
  EXPECT_FALSE(last.interrupt);
  EXPECT_EQ(queue.arrive(from(kDevice, false)).fate, Fate::dropped);
  EXPECT_EQ(queue.arrive(stop_marker()).fate, Fate::dropped);
  EXPECT_EQ(queue.occupied(), before);
}

// VT-d 7.1.3, Table 30: Invalid Request and logged for a last request; others dropped and logged.
TEST(VtdConfigurationErrors, AreInvalidRequestsToTheFunctionThatHasThem) {
  for (const S what : {S::context, S::pasid_entries, S::page_requests}) {
    SCOPED_TRACE(static_cast<int>(what));
    const auto queue = queue_of(IommuKind::vtd);
    queue->set(what, false, kDevice);
    expect_refused(*queue, ResponseCode::invalid, true);
    EXPECT_TRUE(queue->arrive(from(kDevice)).logged);
    EXPECT_TRUE(queue->arrive(from(kDevice, false)).logged);
    EXPECT_EQ(queue->arrive(from(kOther)).fate, Fate::queued);
    queue->set(what, true, kDevice);
    EXPECT_EQ(queue->arrive(from(kDevice)).fate, Fate::queued);
  }
}

TEST(VtdConfigurationErrors, WhatIsLackingIsGivenBackOneByOne) {
  const auto queue = queue_of(IommuKind::vtd);
  queue->set(S::context, false, kDevice);
  queue->set(S::pasid_entries, false, kDevice);
  queue->set(S::context, true, kDevice);
  EXPECT_EQ(queue->arrive(from(kDevice)).fate, Fate::answered);
}

// RTA.3: Invalid Request without a log, to every function; a configuration error comes before an
// overflow.
TEST(VtdConfigurationErrors, LegacyModeRefusesEveryFunctionWithoutALog) {
  const auto queue = queue_of(IommuKind::vtd);
  while (!queue->overflow()) queue->arrive(from(kDevice));
  queue->set(S::scalable_mode, false, {});
  expect_refused(*queue, ResponseCode::invalid, true);
  EXPECT_FALSE(queue->arrive(from(kOther)).logged);
  queue->set(S::scalable_mode, true, {});
  EXPECT_EQ(queue->arrive(from(kOther)).code, ResponseCode::success) << "overflow again";
}

// IHI 0070, 8.2: Response Failure, no PASID.
TEST(SmmuPriErrors, ADisabledQueueOrSmmuFailsEveryLastRequest) {
  for (const S what : {S::queue, S::iommu}) {
    const auto queue = queue_of(IommuKind::smmu_pri);
    queue->set(what, false, {});
    expect_refused(*queue, ResponseCode::failure, false);
    queue->set(what, true, {});
    EXPECT_EQ(queue->arrive(from(kDevice)).fate, Fate::queued);
  }
}

// The write that aborts is answered so, and all after it until the error is acknowledged.
TEST(SmmuPriErrors, AnAbortedWriteFailsUntilItIsAcknowledged) {
  const auto queue = queue_of(IommuKind::smmu_pri);
  queue->set(S::queue_memory, false, {});
  EXPECT_FALSE(static_cast<SmmuPriQueue&>(*queue).abort_error());
  expect_refused(*queue, ResponseCode::failure, false);
  EXPECT_TRUE(static_cast<SmmuPriQueue&>(*queue).abort_error());
  queue->set(S::queue_memory, true, {});
  EXPECT_EQ(queue->arrive(from(kDevice)).fate, Fate::queued);
}

// IHI 0070, 8.2: STE.EATS and ATSCHK are not consulted.
TEST(SmmuPriErrors, AMissingStreamTableEntryKeepsNoRequestOut) {
  const auto queue = queue_of(IommuKind::smmu_pri);
  queue->set(S::context, false, kDevice);
  EXPECT_EQ(queue->arrive(from(kDevice)).fate, Fate::queued);
}

// IHI 0070, 8.1: PPS, then PPAR of a valid entry; without one, Failure without PASID.
TEST(SmmuPriErrors, ThePasidOfAnOverflowsAnswerFollowsPpsAndPpar) {
  struct Case {
    SmmuPriSpec spec;
    bool entry, pasid;
    ResponseCode code;
    bool carries;
  };
  const ResponseCode success = ResponseCode::success, failure = ResponseCode::failure;
  for (const Case& c : {Case{{.pps = true, .ppar = false}, true, true, success, true},
                        Case{{.pps = true, .ppar = false}, false, true, success, true},
                        Case{{.pps = false, .ppar = true}, true, true, success, true},
                        Case{{.pps = false, .ppar = false}, true, true, success, false},
                        Case{{.pps = false, .ppar = true}, false, true, failure, false},
                        Case{{.pps = false, .ppar = true}, false, false, success, true}}) {
    const auto queue = queue_of(IommuKind::smmu_pri, c.spec);
    if (!c.entry) queue->set(S::context, false, kDevice);
    while (!queue->overflow()) queue->arrive(from(kDevice));
    PageRequest request = from(kDevice);
    if (!c.pasid) request.pasid.reset();
    const Arrival arrival = queue->arrive(request);
    EXPECT_EQ(arrival.code, c.code);
    EXPECT_EQ(arrival.carries_pasid, c.carries);
  }
}

// RISC-V IOMMU 3.7: EN_PRI = 0 is Invalid; Off, an absent context, pqen = 0 and pqmf are Failure,
// which carries the PASID. Mode Bare and wide ids: the tests of the queue itself.
TEST(RiscvErrors, AnswerAsTheTableSays) {
  struct Case {
    S what;
    ResponseCode code;
    bool with_pasid;
  };
  for (const Case& c :
       {Case{S::page_requests, ResponseCode::invalid, false},
        Case{S::context, ResponseCode::failure, true}, Case{S::queue, ResponseCode::failure, true},
        Case{S::iommu, ResponseCode::failure, true}}) {
    SCOPED_TRACE(static_cast<int>(c.what));
    const auto queue = queue_of(IommuKind::riscv);
    queue->set(c.what, false, kDevice);
    expect_refused(*queue, c.code, c.with_pasid);
    queue->set(c.what, true, kDevice);
    EXPECT_EQ(queue->arrive(from(kDevice)).fate, Fate::queued);
  }
}

TEST(RiscvErrors, AMemoryFaultInterruptsOnceAndStaysUntilTheRepair) {
  const auto queue = queue_of(IommuKind::riscv);
  queue->set(S::queue_memory, false, {});
  EXPECT_TRUE(queue->arrive(from(kDevice)).interrupt);
  expect_refused(*queue, ResponseCode::failure, true);
  queue->set(S::queue_memory, true, {});
  EXPECT_EQ(queue->arrive(from(kDevice)).fate, Fate::queued);
}

}  // namespace
}  // namespace faultpath::models
