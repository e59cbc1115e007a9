// The main program of the tests of a folder.
#include <gmock/gmock.h>

#include "tests/run_tests.hpp"

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  return faultpath::run_tests();
}
