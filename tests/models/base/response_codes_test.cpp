// Response codes of each layer: the same word is another number in each.
#include "models/base/response_codes.hpp"

#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

std::uint8_t bits(auto code) { return static_cast<std::uint8_t>(code); }

// PCIe 10.4.2; VT-d 7.6.1 has the same.
TEST(ResponseCodes, OnTheWire) {
  EXPECT_EQ(bits(ResponseCode::success), 0b0000);
  EXPECT_EQ(bits(ResponseCode::invalid), 0b0001);
  EXPECT_EQ(bits(ResponseCode::failure), 0b1111);
}

// IHI 0070, 4.5.2: 0b00 denies, 0b10 is Success.
TEST(ResponseCodes, OfTheSmmuCommandAreReversed) {
  EXPECT_EQ(bits(smmu_response(LinuxResponse::success)), 0b10);
  EXPECT_EQ(bits(smmu_response(LinuxResponse::invalid)), 0b01);
  EXPECT_EQ(bits(smmu_response(LinuxResponse::failure)), 0b00);
}

TEST(ResponseCodes, OfLinuxCountUp) {
  EXPECT_EQ(bits(linux_response(ResponseCode::success)), 0);
  EXPECT_EQ(bits(linux_response(ResponseCode::invalid)), 1);
  EXPECT_EQ(bits(linux_response(ResponseCode::failure)), 2);
}

TEST(ResponseCodes, KeepTheirMeaningThroughEveryKind) {
  for (const IommuKind kind : {IommuKind::vtd, IommuKind::smmu_pri, IommuKind::smmu_stall,
                               IommuKind::amd, IommuKind::riscv}) {
    for (const ResponseCode code :
         {ResponseCode::success, ResponseCode::invalid, ResponseCode::failure}) {
      EXPECT_EQ(meaning_of(wire_code(kind, linux_response(code))), code);
    }
  }
}

// Linux, drivers/iommu/intel/prq.c: QI_PGRP_RESP_CODE(msg->code).
TEST(ResponseCodes, FailureOfLinuxOnVtdIsReservedOnTheWireAndFailureToTheDevice) {
  const ResponseCode wire = wire_code(IommuKind::vtd, LinuxResponse::failure);
  EXPECT_EQ(bits(wire), 0b0010);
  EXPECT_EQ(meaning_of(wire), ResponseCode::failure);
  EXPECT_EQ(bits(wire_code(IommuKind::smmu_pri, LinuxResponse::failure)), 0b1111);
}

TEST(ResponseCodes, EveryReservedOneMeansFailure) {
  for (std::uint8_t code = 0b0010; code <= 0b1110; ++code) {
    EXPECT_EQ(meaning_of(static_cast<ResponseCode>(code)), ResponseCode::failure);
  }
}

TEST(ResponseCodes, TheEndpointOfVtdReceivesWhatLinuxWrote) {
  HostRig rig;
  RecordingStrategy strategy(rig.context());
  strategy.code = ResponseCode::failure;
  rig.core.connect(strategy);
  rig.add_space(1000);
  rig.arrive_at(at_ns(0), page_request(1, 1));
  rig.run();
  ASSERT_EQ(rig.endpoints[0].responses.size(), 1U);
  EXPECT_EQ(bits(rig.endpoints[0].responses[0].message.code), 0b0010);
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).responses_failure, 1U);
}

}  // namespace
}  // namespace faultpath::models
