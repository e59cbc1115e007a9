// What the drivers have in common that free entry by entry: SMMUv3's PRI queue, AMD's and RISC-V's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "models/kernel/prq/amd_driver.hpp"
#include "models/kernel/prq/riscv_driver.hpp"
#include "models/kernel/prq/smmu_pri_driver.hpp"
#include "tests/models/kernel/prq/driver_rig.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using sim::picoseconds;
using testing::ElementsAre;
using testing::SizeIs;

struct SmmuPri {
  using Queue = SmmuPriQueue;
  static constexpr IommuKind kKind = IommuKind::smmu_pri;
};
struct Amd {
  using Queue = AmdPprLog;
  static constexpr IommuKind kKind = IommuKind::amd;
};
struct Riscv {
  using Queue = RiscvPageRequestQueue;
  static constexpr IommuKind kKind = IommuKind::riscv;
};
struct NameOfKind {
  template <class Kind>
  static std::string GetName(int) {
    return std::string{info_of(Kind::kKind).name};
  }
};

// At least three usable entries. Requests have a PASID, as AMD's driver wants it.
template <class Kind>
class EntryByEntryDriver : public testing::Test {
 protected:
  static PageRequest of_process(PageRequest request) {
    request.pasid = Pasid{1};
    return request;
  }

  DriverRig<typename Kind::Queue> rig{Kind::kKind};
};
using Kinds = testing::Types<SmmuPri, Amd, Riscv>;
TYPED_TEST_SUITE(EntryByEntryDriver, Kinds, NameOfKind);

// CONS.RD, HEAD and pqh move with each entry, unlike VT-d's head at the end of the batch: it is
// free before its request has been processed.
TYPED_TEST(EntryByEntryDriver, EachEntryIsFreeAsSoonAsItIsTaken) {
  auto& rig = this->rig;
  for (std::uint16_t index = 0; index < 3; ++index) {
    rig.arrive_at(at_ns(0), this->of_process(page_request(index, index)));
  }
  const sim::Time begin{kToThread};
  rig.sample_at(begin - picoseconds(1));
  for (int i = 0; i < 3; ++i) rig.sample_at(begin + i * kEach + picoseconds(1));
  rig.run();
  EXPECT_THAT(rig.occupied, ElementsAre(3, 2, 1, 0));
}

// The tail is read again (sync_prod in Linux' SMMUv3 driver): what arrives while the thread works
// needs no interrupt.
TYPED_TEST(EntryByEntryDriver, AnArrivalDuringTheRunIsTakenInIt) {
  auto& rig = this->rig;
  rig.arrive_at(at_ns(0), this->of_process(page_request(1, 1)));
  rig.arrive_at(sim::Time{kToThread} + nanoseconds(100), this->of_process(page_request(2, 2)));
  rig.run();
  EXPECT_EQ(rig.reported(0), sim::Time{kToThread} + kEach);
  EXPECT_EQ(rig.reported(1), sim::Time{kToThread} + 2 * kEach);
}

// A queued stop marker takes its turn but neither a group nor an answer.
TYPED_TEST(EntryByEntryDriver, AStopMarkerIsSkippedWithoutAnAnswer) {
  auto& rig = this->rig;
  rig.arrive_at(at_ns(0), this->of_process(stop_marker()));
  rig.arrive_at(at_ns(0), this->of_process(page_request(1, 1)));
  rig.run();
  EXPECT_THAT(rig.endpoints[0].responses, SizeIs(1));
  EXPECT_EQ(rig.reported(0), sim::Time{kToThread} + 2 * kEach);
}

}  // namespace
}  // namespace faultpath::models
