// The fault path reduced to its delays: request up, walk, completion and interrupt, a core,
// response, retry. C++17, as meter.hpp.
#pragma once

#include <cstdint>
#include <cstdio>

#include "bench/meter.hpp"
#include "bench/xorshift.hpp"

namespace faultpath::bench {

// Picoseconds, assumed: of the order of a PCIe device behind a server's IOMMU.
inline constexpr std::uint64_t kRequestUp = 500'000;
inline constexpr std::uint64_t kResponse = 400'000;
inline constexpr std::uint64_t kRetry = 500'000;

/// What is the same in every peer. A device starts a fault, then another after gap(), whether or
/// not the first has been answered. There are as many cores as devices, first come first served,
/// busy four fifths of the time.
///
/// Every drawn delay has random numbers of its own, drawn by the faults in the order in which they
/// come to it (service() when the fault asks for a core), so that the dates do not depend on how a
/// peer orders equal ones.
class PipelineModel {
 public:
  /// Takes the program's arguments `DEVICES FAULTS`; exits with 2 when they are wrong.
  PipelineModel(int argc, char** argv)
      : sizes_(sizes_of(argc, argv, "DEVICES FAULTS")), meter_(20 * sizes_.first, sizes_.second) {}

  std::uint64_t devices() const { return sizes_.first; }
  std::uint64_t cores() const { return sizes_.first; }

  std::uint64_t gap() { return 1'000'000 + gaps_.below_million(); }
  std::uint64_t walk() { return 300'000 + walks_.below_million() / 10; }
  std::uint64_t interrupt() { return 1'000'000 + interrupts_.below_million() / 10; }
  std::uint64_t service() { return 700'000 + services_.below_million(); }

  /// To call when the retry of a fault that began at `begin` succeeds.
  void complete(std::uint64_t begin, std::uint64_t now) {
    latency_ += now - begin;
    ++completed_;
    meter_.count(now);
  }
  /// False once enough faults are completed: devices then start no more.
  bool running() const { return meter_.running(); }

  void print(const char* peer) const {
    std::fprintf(stderr, "%s: mean latency %.0f ns\n", peer,
                 1e-3 * static_cast<double>(latency_) / static_cast<double>(completed_));
    meter_.print(peer, "devices", devices(), "faults");
  }

 private:
  Sizes sizes_;
  Xorshift gaps_{1};
  Xorshift walks_{2};
  Xorshift interrupts_{3};
  Xorshift services_{4};
  std::uint64_t latency_ = 0;
  std::uint64_t completed_ = 0;
  Meter meter_;
};

}  // namespace faultpath::bench
