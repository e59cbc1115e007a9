// The main program of the tests of a folder.
#include <gmock/gmock.h>

#include "tests/run_tests.hpp"

int main(int argc, char** argv) {
  GTEST_FLAG_SET(brief, true);
  testing::InitGoogleMock(&argc, argv);
  return faultpath::run_tests();
}
