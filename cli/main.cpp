// The faultpath program.
#include "cli/output.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  faultpath::cli::open_standard_streams();
  return faultpath::cli::run_program(argc, argv);
}
