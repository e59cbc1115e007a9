// Fault handler: who takes over a page request group and has it answered.
#pragma once

#include "models/kernel/iopf_group.hpp"

namespace faultpath::models {

/// Linux, iommu_domain::iopf_handler.
class FaultHandler {
 public:
  /// Takes over a pending group, in the interrupt thread, and returns at once. The answer comes
  /// later through IopfCore::respond(), from whoever the handler has asked. When the handler needs
  /// the group no more it calls IopfCore::free(), once, answered or not.
  virtual void accept(IopfGroup& group) = 0;

 protected:
  ~FaultHandler() = default;
};

}  // namespace faultpath::models
