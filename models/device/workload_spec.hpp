// What a scenario says about the operations of a device: one spec for each kind of workload.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/base/sizes.hpp"

namespace faultpath::models {

struct SequentialSpec {};
struct UniformSpec {};

struct ZipfSpec {
  double exponent = 0.99;  ///< skew, > 0 (YCSB)
};

struct StrideSpec {
  std::uint64_t stride = 64 * kKiB;  ///< bytes between operations
};

/// The workloads that can be a phase.
enum class PhasePattern : std::uint8_t { sequential, uniform, zipf, stride };
inline constexpr std::array kPhasePatterns{PhasePattern::sequential, PhasePattern::uniform,
                                           PhasePattern::zipf, PhasePattern::stride};

/// One stretch of a `phases` workload.
struct PhaseSpec {
  PhasePattern kind = PhasePattern::uniform;
  std::uint64_t offset = 0;             ///< bytes from the start of the footprint
  std::uint64_t footprint = 16 * kMiB;  ///< bytes
  std::uint64_t operations = 10'000;    ///< before the next phase; the last wraps around
};

struct PhasesSpec {
  std::vector<PhaseSpec> phases;               ///< in order, then again
  double exponent = ZipfSpec{}.exponent;       ///< of each zipf among them
  std::uint64_t stride = StrideSpec{}.stride;  ///< of each stride
};

struct BufferRingSpec {
  std::uint64_t buffers = 512;  ///< of one operation each, used in turn
};

struct TraceSpec {
  std::string file = {};  ///< path of a faultpath.trace/1 file
  bool repeat = false;    ///< from the start again at its end
};

struct FreshSpec {
  double fresh = 1e-4;            ///< share of operations that touch new memory
  std::uint64_t warm = 1 * kMiB;  ///< bytes that the others use, from the start
};

/// In the order of workload_kinds().
using WorkloadKind = std::variant<SequentialSpec, UniformSpec, ZipfSpec, StrideSpec, PhasesSpec,
                                  BufferRingSpec, TraceSpec, FreshSpec>;

/// The workload of a phase.
inline WorkloadKind kind_of(PhasePattern phase, const PhasesSpec& of) {
  switch (phase) {
    case PhasePattern::sequential:
      return SequentialSpec{};
    case PhasePattern::uniform:
      return UniformSpec{};
    case PhasePattern::zipf:
      return ZipfSpec{of.exponent};
    case PhasePattern::stride:
      break;
  }
  return StrideSpec{of.stride};
}

/// What the device does. Exactly one of `queue_depth` and `rate` drives it.
struct WorkloadSpec {
  WorkloadKind kind = UniformSpec{};
  std::optional<std::uint32_t> queue_depth;  ///< closed loop: operations in flight per context
  std::optional<double> rate;            ///< open loop: operations/s per context, Poisson arrivals
  std::uint64_t operation = 4 * kKiB;    ///< bytes of one DMA operation; a recording has its own
  std::uint64_t footprint = 256 * kMiB;  ///< bytes that the addresses span, where no kind says it
  double reads = 0.7;                    ///< share of operations that read memory
};

}  // namespace faultpath::models
