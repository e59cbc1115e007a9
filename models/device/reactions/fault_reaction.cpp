// The table of reactions.
#include "models/device/reactions/fault_reaction.hpp"

#include "models/device/reactions/aborting.hpp"
#include "models/device/reactions/backup_ring.hpp"
#include "models/device/reactions/dropping.hpp"
#include "models/device/reactions/partial.hpp"
#include "models/device/reactions/rnr.hpp"
#include "models/device/reactions/waiting.hpp"

namespace faultpath::models {
namespace {

template <class Kind>
std::unique_ptr<FaultReaction> make(const DeviceSpec& spec) {
  return std::make_unique<Kind>(spec);
}

}  // namespace

const std::vector<FaultReactionInfo>& fault_reactions() {
  static const std::vector<FaultReactionInfo> table{
      {OnFault::wait, "wait", "the operation waits for its pages", make<Waiting>},
      {OnFault::drop, "drop", "the operation is dropped and transmitted again after a timeout",
       make<Dropping>},
      {OnFault::backup_ring, "backup_ring",
       "what is written goes to a pinned ring, from where the host copies it", make<BackupRing>},
      {OnFault::abort, "abort", "the operation fails at once, without a page request",
       make<Aborting>},
      {OnFault::rnr, "rnr", "its peer is told to wait, and sends it and what follows again",
       make<ReceiverNotReady>},
      {OnFault::partial, "partial",
       "what is done completes; software touches the page and submits the rest", make<Partial>},
  };
  return table;
}

std::unique_ptr<FaultReaction> make_fault_reaction(const DeviceSpec& spec) {
  return fault_reactions()[static_cast<std::size_t>(spec.on_fault)].make(spec);
}

}  // namespace faultpath::models
