// Response codes of each layer: the same word is another number in each.
#include "models/base/response_codes.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

std::uint8_t bits(auto code) { return static_cast<std::uint8_t>(code); }

// PCIe 10.4.2; VT-d 7.6.1 has the same.
TEST(ResponseCodes, OnTheWire) {
  EXPECT_EQ(bits(ResponseCode::success), 0b0000);
  EXPECT_EQ(bits(ResponseCode::invalid), 0b0001);
  EXPECT_EQ(bits(ResponseCode::failure), 0b1111);
}

TEST(ResponseCodes, OfLinuxCountUp) {
  EXPECT_EQ(bits(linux_response(ResponseCode::success)), 0);
  EXPECT_EQ(bits(linux_response(ResponseCode::invalid)), 1);
  EXPECT_EQ(bits(linux_response(ResponseCode::failure)), 2);
}

TEST(ResponseCodes, EveryReservedOneMeansFailure) {
  for (std::uint8_t code = 0b0010; code <= 0b1110; ++code) {
    EXPECT_EQ(meaning_of(static_cast<ResponseCode>(code)), ResponseCode::failure);
  }
}

}  // namespace
}  // namespace faultpath::models
