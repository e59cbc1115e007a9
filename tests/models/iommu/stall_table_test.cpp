// Tags of stalled transactions, and records that are like another.
#include "models/iommu/stall_table.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

constexpr DeviceIndex kDevice{3};

StalledFault fault_at(std::uint64_t page, std::optional<Pasid> pasid = Pasid{1}) {
  return {kDevice, IovaPage{page}, pasid};
}

// IHI 0070, 3.12.2.1: written, and its stall not ended by a command.
TEST(StallTable, ARecordIsPendingUntilEveryStallLikeItHasEnded) {
  StallTable table(true);
  const PrgIndex first = table.hold(fault_at(7));
  EXPECT_FALSE(table.is_pending(fault_at(7))) << "without a record";
  table.record(first);
  EXPECT_TRUE(table.is_pending(fault_at(7)));
  EXPECT_FALSE(table.is_pending(fault_at(8)));
  EXPECT_FALSE(table.is_pending(fault_at(7, Pasid{2})));
  EXPECT_FALSE(table.is_pending(fault_at(7, std::nullopt)));
  EXPECT_FALSE(table.is_pending({DeviceIndex{4}, IovaPage{7}, Pasid{1}}));
  const PrgIndex second = table.hold(fault_at(7));
  table.record(second);
  EXPECT_TRUE(table.end(kDevice, first, StallEnd::retry));
  EXPECT_TRUE(table.is_pending(fault_at(7)));
  EXPECT_TRUE(table.end(kDevice, second, StallEnd::abort));
  EXPECT_FALSE(table.is_pending(fault_at(7)));
}

// Its transaction leaves by an early retry; software has still to answer the record.
TEST(StallTable, ARecordIsPendingAfterItsTransactionHasLeft) {
  StallTable table(true);
  const PrgIndex stag = table.hold(fault_at(7));
  table.record(stag);
  table.leave(stag);
  EXPECT_TRUE(table.is_pending(fault_at(7)));
  EXPECT_FALSE(table.end(DeviceIndex{4}, stag, StallEnd::retry)) << "the tag of another stream";
  EXPECT_TRUE(table.end(kDevice, stag, StallEnd::retry));
  EXPECT_FALSE(table.is_pending(fault_at(7)));
  EXPECT_EQ(table.live(), 0U);
}

}  // namespace
}  // namespace faultpath::models
