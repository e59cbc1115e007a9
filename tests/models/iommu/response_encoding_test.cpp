// Response codes as each kind of IOMMU encodes them.
#include "models/iommu/response_encoding.hpp"

#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

std::uint8_t bits(auto code) { return static_cast<std::uint8_t>(code); }

// IHI 0070, 4.5.2: 0b00 denies, 0b10 is Success.
TEST(ResponseEncoding, OfTheSmmuCommandAreReversed) {
  EXPECT_EQ(bits(smmu_response(LinuxResponse::success)), 0b10);
  EXPECT_EQ(bits(smmu_response(LinuxResponse::invalid)), 0b01);
  EXPECT_EQ(bits(smmu_response(LinuxResponse::failure)), 0b00);
}

TEST(ResponseEncoding, KeepTheirMeaningThroughEveryKind) {
  for (const IommuKind kind : {IommuKind::vtd, IommuKind::smmu_pri, IommuKind::smmu_stall,
                               IommuKind::amd, IommuKind::riscv}) {
    for (const ResponseCode code :
         {ResponseCode::success, ResponseCode::invalid, ResponseCode::failure}) {
      EXPECT_EQ(meaning_of(wire_code(kind, linux_response(code))), code);
    }
  }
}

// Linux, drivers/iommu/intel/prq.c: QI_PGRP_RESP_CODE(msg->code).
TEST(ResponseEncoding, FailureOfLinuxOnVtdIsReservedOnTheWireAndFailureToTheDevice) {
  const ResponseCode wire = wire_code(IommuKind::vtd, LinuxResponse::failure);
  EXPECT_EQ(bits(wire), 0b0010);
  EXPECT_EQ(meaning_of(wire), ResponseCode::failure);
  EXPECT_EQ(bits(wire_code(IommuKind::smmu_pri, LinuxResponse::failure)), 0b1111);
}

TEST(ResponseEncoding, TheEndpointOfVtdReceivesWhatLinuxWrote) {
  HostRig rig;
  RecordingStrategy strategy(rig.context());
  strategy.code = ResponseCode::failure;
  rig.serve_with(strategy);
  rig.add_space(1000);
  rig.arrive_at(at_ns(0), page_request(1, 1));
  rig.run();
  ASSERT_EQ(rig.endpoints[0].responses.size(), 1U);
  EXPECT_EQ(bits(rig.endpoints[0].responses[0].message.code), 0b0010);
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).responses_failure, 1U);
}

}  // namespace
}  // namespace faultpath::models
