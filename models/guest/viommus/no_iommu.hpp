// No IOMMU: the guest's devices use guest-physical addresses.
#pragma once

#include "models/guest/viommus/queueless_iommu.hpp"

namespace faultpath::models {

/// They reach guest memory by the second stage alone, which is the host's: a page that is absent
/// there is a fault of the host, of which neither the VMM nor the guest hears. The guest has
/// nothing to map, to pin or to invalidate.
class NoIommu final : public QueuelessIommu {
 public:
  explicit NoIommu(const VirtualIommuSetting& setting) : QueuelessIommu(setting) {}

  sim::Task<> invalidate(IoPageTable&, IovaPage, std::uint64_t) override { return nothing(); }
  sim::Task<> invalidate_all(Originator) override { return nothing(); }

 private:
  static sim::Task<> nothing() {
    ENSURE(false, "a guest without an IOMMU has nothing to invalidate");
    co_return;
  }
};

}  // namespace faultpath::models
