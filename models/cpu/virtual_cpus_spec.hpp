// What a scenario says about the virtual CPUs of a guest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// No slice is shorter on average: less than a switch of threads takes.
inline constexpr sim::Duration kShortestSlice = sim::microseconds(1);

/// What a virtual CPU does that has nothing to run.
enum class IdleLoop : std::uint8_t {
  halt,  ///< it halts, and the host may poll for a while before it sleeps
  spin,  ///< it runs on (Linux, idle=poll), and so never has to be woken
};

/// For how long the host polls before the thread of a halted virtual CPU sleeps. The window is zero
/// at first. A halt that is longer than the window and shorter than `max` makes it grow, one that
/// is longer than `max` makes it shrink. Source: Linux, Documentation/virt/kvm/halt-polling.rst.
struct HaltPollSpec {
  sim::Duration max = sim::microseconds(200);   ///< 0: no polling; 500 us on arm64
  sim::Duration start = sim::microseconds(10);  ///< the smallest window besides zero
  std::uint32_t grow = 2;                       ///< factor; 0: it never grows
  std::uint32_t shrink = 2;                     ///< divisor; 0: the window becomes zero
  bool operator==(const HaltPollSpec&) const = default;
};

/// From the injection of an interrupt until the virtual CPU has it.
struct ReceiptSpec {
  sim::DistributionSpec running = sim::ConstantSpec{sim::microseconds(2)};  ///< (assumed 1-3)
  sim::DistributionSpec polling = sim::ConstantSpec{sim::microseconds(2)};  ///< (assumed 1-3)
  sim::DistributionSpec halted = sim::ConstantSpec{sim::microseconds(10)};  ///< (assumed 5-15)
  /// One that runs has to be kicked out of the guest first, unless interrupts are posted (assumed).
  sim::DistributionSpec kick = sim::ConstantSpec{sim::nanoseconds(1'500)};
  bool operator==(const ReceiptSpec&) const = default;
};

/// The host's core sleeps deeply, too, once a virtual CPU has been halted for long.
struct DeepIdleSpec {
  sim::Duration after = sim::microseconds(600);  ///< target residency of a deep state (assumed)
  /// What a wake-up costs then, besides that from the halt.
  sim::DistributionSpec exit = sim::ConstantSpec{sim::microseconds(100)};  ///< (measured 50-150)
  bool operator==(const DeepIdleSpec&) const = default;
};

/// Others take the core of a virtual CPU away from time to time, whatever the guest does. Slices
/// are constant or exponential; the share stolen is mean(stolen) / (mean(run) + mean(stolen)).
struct StealSpec {
  sim::DistributionSpec run = sim::ExponentialSpec{sim::milliseconds(3)};     ///< (assumed)
  sim::DistributionSpec stolen = sim::ExponentialSpec{sim::milliseconds(1)};  ///< (assumed)
  bool operator==(const StealSpec&) const = default;
};

/// The virtual CPUs of this guest, and of all that name the same pool, take turns on a few cores of
/// the host, round robin.
struct OvercommitSpec {
  std::string pool = "guests";
  std::uint32_t cores = 1;                     ///< of the host, for this pool alone
  sim::Duration slice = sim::milliseconds(3);  ///< base slice of Linux with eight CPUs or more
  bool operator==(const OvercommitSpec&) const = default;
};

struct VirtualCpusSpec {
  std::uint32_t count = 1;
  IdleLoop idle = IdleLoop::halt;
  HaltPollSpec halt_poll;
  ReceiptSpec receipt;
  bool posted = true;                        ///< one that runs gets interrupts without an exit
  std::optional<DeepIdleSpec> deep_idle;     ///< absent: the host's cores stay awake
  std::optional<StealSpec> steal;            ///< absent: nobody takes a core away
  std::optional<OvercommitSpec> overcommit;  ///< absent: each virtual CPU has a core of its own
  bool operator==(const VirtualCpusSpec&) const = default;
};

/// mean(stolen) / (mean(run) + mean(stolen)).
double stolen_share(const StealSpec& spec);

/// Why `spec` describes no virtual CPUs, and the key under `vcpus` that is at fault; empty when it
/// does.
struct VirtualCpusProblem {
  std::string key;  ///< `steal.run`
  std::string message;
};
std::optional<VirtualCpusProblem> problem_of(const VirtualCpusSpec& spec);

}  // namespace faultpath::models
