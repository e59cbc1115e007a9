// The faultpath program.
#include "cli/program.hpp"

int main(int argc, char** argv) { return faultpath::cli::run_program(argc, argv); }
