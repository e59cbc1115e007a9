// What a device does with an operation of which a page is absent: one small file a reaction.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "models/device/on_fault_spec.hpp"
#include "models/device/operation.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// What happens to the operation. Its page is requested in each case but `abort`.
enum class Reaction {
  wait,    ///< it waits until its pages translate
  drop,    ///< it is lost for now; its sender transmits it again after a timeout
  divert,  ///< its data goes to the backup ring, and from there to its place when that translates
  abort,   ///< it fails at once
};

/// How a sender transmits again what was lost.
struct Retransmission {
  sim::Duration timeout{};            ///< from the loss
  std::optional<std::uint32_t> most;  ///< then the operation is given up; absent: never
  Recovery recovery = Recovery::selective;
  /// The receiver answers: once a page has been refused, that the access is in error.
  bool told = false;
};

/// How the host moves what has been diverted.
struct Diversion {
  sim::DistributionSpec notice;  ///< from the device's notice to the host's work
  double copy_bandwidth = 1.0;   ///< bytes/s of one core
};

/// Chooses what happens when a translation has been denied, and again for each operation that runs
/// into a page that is known to be absent. Keeps the state on which the choice depends.
class FaultReaction {
 public:
  virtual ~FaultReaction() = default;
  virtual Reaction choose(const Operation& operation) = 0;
  /// A diverted operation has left the backup ring.
  virtual void release() {}
  /// Does every operation wait, whatever happens?
  virtual bool always_waits() const { return false; }
  /// Can an operation end without the transfer of its data?
  virtual bool may_lose() const { return true; }
  /// Of what it drops.
  virtual Retransmission retransmission() const { return {}; }
  /// Of what it diverts.
  virtual Diversion diversion() const { return {}; }
};

/// One row for each: its name in a scenario, and what makes it. In the order of OnFault.
struct FaultReactionInfo {
  OnFault kind;  ///< with its defaults
  std::string_view name, description;
  /// Requires a spec of this kind.
  std::unique_ptr<FaultReaction> (*make)(const OnFault& spec);
};
const std::vector<FaultReactionInfo>& fault_reactions();
const FaultReactionInfo& info_of(const OnFault& kind);
std::unique_ptr<FaultReaction> make_fault_reaction(const OnFault& spec);

}  // namespace faultpath::models
