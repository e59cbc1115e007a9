// The texts of operations, good and bad.
#include "scenarios/validation/page_request_operations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/config_error.hpp"

namespace faultpath::scenarios {
namespace {

constexpr auto kPrqColumns = "op,n,flags,did,pv,pid,prgi,addr,r,w,last,priv,exec\n";

CsvTable table_of(const std::string& op, const std::string& n, const std::string& flags) {
  return {"t.csv", kPrqColumns + op + "," + n + "," + flags + ",5,0,0,0,1000,1,0,1,0,0\n"};
}

models::RiscvPageRequestQueue fresh() {
  return reset_queue(table_of("RESET", "", "msi_flat=1").row(0));
}

OperationEffect perform(models::RiscvPageRequestQueue& queue, const std::string& op,
                        const std::string& n = "", const std::string& flags = "") {
  const auto table = table_of(op, n, flags);
  return carry_out(table.row(0), queue);
}

std::string error_of(const std::string& op, const std::string& n, const std::string& flags) {
  auto queue = fresh();
  try {
    perform(queue, op, n, flags);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(PageRequestOperations, ContextsAreLettersWithNumbers) {
  auto queue = fresh();
  perform(queue, "DDTP", "2");
  perform(queue, "DC", "", "V1A1P0R0D1X0");
  const auto found = queue.directory().find(models::StreamId{5});
  EXPECT_EQ(found.end, models::DirectoryEnd::found);
  EXPECT_TRUE(found.context.ats && !found.context.page_requests && found.context.faults_hidden);
  perform(queue, "DC", "", "V1A1P0R0D1X16");
  EXPECT_EQ(queue.directory().find(models::StreamId{5}).end, models::DirectoryEnd::misconfigured);
}

TEST(PageRequestOperations, OneMemoryFlawDoesNotReplaceTheOther) {
  auto queue = fresh();
  perform(queue, "DDTP", "2");
  perform(queue, "DC", "", "V1A1P1R0D0X0");
  perform(queue, "PQB", "3");
  perform(queue, "EN");
  perform(queue, "MEM", "", "pq:0:DC");
  perform(queue, "MEM", "", "ddt:AF");
  EXPECT_EQ(perform(queue, "PR").arrival->verdict, models::RiscvVerdict::access_fault);
  perform(queue, "MEM", "", "ddt:none");
  EXPECT_EQ(perform(queue, "PR").arrival->verdict, models::RiscvVerdict::write_fault);
}

TEST(PageRequestOperations, ConsumingWrapsAtTheEndOfTheRing) {
  auto queue = fresh();
  perform(queue, "PQB", "2");
  perform(queue, "PQH", "7");
  EXPECT_EQ(queue.head(), 3U);
  perform(queue, "POP", "6");
  EXPECT_EQ(queue.head(), 1U) << "(3 + 6) mod 4";
}

TEST(PageRequestOperations, WhatHardwareIgnoresIsSaidToBe) {
  auto queue = fresh();
  EXPECT_FALSE(perform(queue, "DIS").done);
  EXPECT_TRUE(perform(queue, "EN").done);
  EXPECT_FALSE(perform(queue, "EN").done);
  EXPECT_FALSE(perform(queue, "PQB", "4").done);
}

TEST(PageRequestOperations, MalformedTextsAreErrors) {
  for (const std::string flags :
       {"", "V1A1P1R1D0", "V1A1P1R1D0X", "A1V1P1R1D0X0", "V1A1P1R1D0X0Y1"})
    EXPECT_THAT(error_of("DC", "", flags), ::testing::StartsWith("t.csv:2: flags: ")) << flags;
  for (const std::string flags :
       {"", "ddt", "ddt:XX", "pq:AF", "pq:all", "pq:all:none", "pq:x:AF", "pq::AF", "dram:AF"})
    EXPECT_THAT(error_of("MEM", "", flags), ::testing::StartsWith("t.csv:2: flags: ")) << flags;
  EXPECT_THAT(error_of("DDTP", "5", ""), ::testing::StartsWith("t.csv:2: n: "));
  EXPECT_THAT(error_of("PQB", "0", ""), ::testing::StartsWith("t.csv:2: n: "));
  EXPECT_THAT(error_of("PQB", "32", ""), ::testing::StartsWith("t.csv:2: n: "));
}

}  // namespace
}  // namespace faultpath::scenarios
