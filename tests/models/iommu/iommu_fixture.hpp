// An IOMMU with a VT-d queue and endpoints, of which tests ask translations at set times.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {

inline constexpr sim::Duration kIotlbLookup = sim::nanoseconds(10);
inline constexpr sim::Duration kMemoryRead = sim::nanoseconds(70);
/// Root, context, PASID directory and PASID table entry.
inline constexpr int kConfigReads = 4;

class IommuTest : public testing::Test {
 protected:
  void make(IommuSpec spec = {}) {
    rig = std::make_unique<HostRig>(RigSpec{.iommu = spec, .handling = {}});
    space = &rig->add_space(4 * kPagesPer1G);
  }
  void ask_at(sim::Time when, std::uint64_t page, bool write = false, std::uint32_t device = 0) {
    rig->at(when, [=, this] {
      rig->iommu.receive(AtsRequest{DeviceIndex{device}, static_cast<std::uint32_t>(page),
                                    IovaPage{page}, std::nullopt, write});
    });
  }
  Endpoint& endpoint(std::size_t index = 0) { return rig->endpoints[index]; }
  // Walks of four levels: with the first request of a device, its configuration is read too.
  static sim::Duration walk(int reads) { return kIotlbLookup + reads * kMemoryRead; }

  std::unique_ptr<HostRig> rig;
  IoPageTable* space = nullptr;
};

}  // namespace faultpath::models
