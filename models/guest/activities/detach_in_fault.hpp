// Detach in fault: a guest takes away the PASID with which a device waits for it.
#pragma once

#include <optional>

#include "models/guest/guest_activity.hpp"

namespace faultpath::models {

/// The VMM detaches what stands for the entry, whereupon the host's kernel answers Invalid to every
/// group of this attachment, and forgets which groups it has given to the guest, whose answers find
/// none then. Later the entry is there again, as another attachment. Meanwhile the host refuses the
/// page requests of the PASID. Nothing happens while no group waits.
class DetachInFault final : public GuestActivity {
 public:
  DetachInFault(const DetachesInFaultSpec& spec, const GuestActivitySetting& setting)
      : GuestActivity(setting, spec.rate), away_(spec.away) {}

 private:
  sim::Task<> act(Worker& worker) override;
  std::optional<GuestAttachment> that_faults();
  sim::Task<> detach(const GuestAttachment& what, Worker& worker);

  const sim::Duration away_;
};

}  // namespace faultpath::models
