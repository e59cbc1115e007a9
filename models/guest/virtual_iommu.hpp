// Virtual IOMMU: what a guest's kernel has for an IOMMU, and the VMM for a way into the guest.
#pragma once

#include "models/base/wire.hpp"
#include "models/guest/group_sink.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/iommu/iommu_stats.hpp"
#include "models/metrics/fault_log.hpp"
#include "models/strategy/guest_exits.hpp"

namespace faultpath::models {

/// To the guest it is an IOMMU like any other. Variants: one file each in viommus/, one row in
/// viommu_kinds.cpp.
class VirtualIommu : public IommuPort, public GroupSink {
 public:
  virtual ~VirtualIommu() = default;

  /// Faults are marked in this log.
  virtual void connect_log(FaultLog& log) = 0;
  /// Requests of its functions do not come by the host's kernel, nor by the VMM.
  virtual bool bypasses_host() const { return false; }
  /// Where messages of a function of the guest go, which would go to `host`.
  virtual Wire<UpMessage>::Deliver above(Wire<UpMessage>::Deliver host) { return host; }
  /// What it has answered or dropped by itself of a function.
  virtual FunctionStats stats(DeviceIndex) const { return {}; }
  /// How strategies of the guest reach the VMM, where it is not by an exit to it; else null.
  virtual GuestExits* exits() { return nullptr; }
  /// Nothing waits to be taken by the guest.
  virtual bool queue_is_empty() const = 0;
};

}  // namespace faultpath::models
