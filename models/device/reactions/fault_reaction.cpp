// The table of reactions.
#include "models/device/reactions/fault_reaction.hpp"

#include <variant>

#include "models/device/reactions/aborting.hpp"
#include "models/device/reactions/backup_ring.hpp"
#include "models/device/reactions/dropping.hpp"
#include "models/device/reactions/partial.hpp"
#include "models/device/reactions/rnr.hpp"
#include "models/device/reactions/waiting.hpp"

namespace faultpath::models {
namespace {

template <class Spec, class Kind>
FaultReactionInfo reaction_row(std::string_view name, std::string_view description) {
  return {Spec{}, name, description, [](const OnFault& spec) -> std::unique_ptr<FaultReaction> {
            return std::make_unique<Kind>(std::get<Spec>(spec));
          }};
}

}  // namespace

const std::vector<FaultReactionInfo>& fault_reactions() {
  static const std::vector<FaultReactionInfo> table{
      reaction_row<WaitSpec, Waiting>("wait", "the operation waits for its pages"),
      reaction_row<DropSpec, Dropping>(
          "drop", "the operation is dropped and transmitted again after a timeout"),
      reaction_row<BackupRingSpec, BackupRing>(
          "backup_ring", "what is written goes to a pinned ring, from where the host copies it"),
      reaction_row<AbortSpec, Aborting>("abort",
                                        "the operation fails at once, without a page request"),
      reaction_row<RnrSpec, ReceiverNotReady>(
          "rnr", "its peer is told to wait, and sends it and what follows again"),
      reaction_row<PartialSpec, Partial>(
          "partial", "what is done completes; software touches the page and submits the rest"),
  };
  return table;
}

const FaultReactionInfo& info_of(const OnFault& kind) { return fault_reactions()[kind.index()]; }

std::unique_ptr<FaultReaction> make_fault_reaction(const OnFault& spec) {
  return info_of(spec).make(spec);
}

}  // namespace faultpath::models
