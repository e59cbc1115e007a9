// Resident bytes for each further page that iopf maps: two runs with different numbers of pages.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "bench/meter.hpp"
#include "bench/system_run.hpp"
#include "models/base/address.hpp"

namespace {

using namespace faultpath;

/// Maps `pages` pages, each by a fault of its own; the most memory that it took.
std::uint64_t peak_of(std::uint64_t pages) {
  models::SystemSpec spec = bench::roomy_system(1, pages * models::kPageBytes);
  spec.devices[0].workload.kind = models::SequentialSpec{};
  spec.strategy = {"iopf", models::IopfSpec{}};
  spec.run.stop.operations = pages;
  const auto run = bench::measure(spec, &models::Progress::operations, 0, pages);
  bench::require(run.outcome.counters.pages_mapped == pages, "each page is mapped");
  return bench::peak_bytes();
}

/// As peak_of(), in a child, because SimGrid allows one run a process.
std::uint64_t peak_of_child(std::uint64_t pages) {
  std::array<int, 2> pipe_ends{};
  bench::require(pipe(pipe_ends.data()) == 0, "a pipe");
  if (fork() == 0) {
    const std::uint64_t peak = peak_of(pages);
    const bool written = write(pipe_ends[1], &peak, sizeof peak) == sizeof peak;
    std::_Exit(written ? 0 : 1);
  }
  close(pipe_ends[1]);
  std::uint64_t peak = 0;
  const bool got = read(pipe_ends[0], &peak, sizeof peak) == sizeof peak;
  wait(nullptr);
  bench::require(got, "a child that measures");
  return peak;
}

}  // namespace

int main(int argc, char** argv) {
  const auto [few, more] = bench::sizes_of(argc, argv, "PAGES MORE_PAGES");
  bench::require(few < more, "PAGES < MORE_PAGES");
  const auto low = static_cast<double>(peak_of_child(few));
  const auto high = static_cast<double>(peak_of_child(more));
  fmt::print("{{\"pages\": {}, \"more_pages\": {}, \"bytes_per_page\": {:.2f}}}\n", few, more,
             (high - low) / static_cast<double>(more - few));
}
