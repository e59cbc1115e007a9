// What a scenario says about the second stage by which virtual CPUs reach guest memory.
#pragma once

#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// The tables of the processor (EPT of Intel, stage 2 of Arm), which are not those of the IOMMU. An
/// entry comes when a virtual CPU touches a guest page without one.
struct CpuSecondStageSpec {
  /// The exit for a missing entry, which the host's kernel handles: 1 to 2.5 us (assumed). A page
  /// that has no frame on the host costs what it takes to bring it, besides.
  sim::DistributionSpec violation = sim::ConstantSpec{sim::nanoseconds(1'500)};
  /// While the host brings a page the guest runs something else on the virtual CPU, and hears of
  /// the page by an interrupt (KVM, asynchronous page faults). Else the virtual CPU waits.
  bool asynchronous = false;
};

}  // namespace faultpath::models
