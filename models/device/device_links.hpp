// The way between a device and the IOMMU, as the device sees it.
#pragma once

#include "models/device/device_spec.hpp"
#include "models/fabric/shared_transfers.hpp"

namespace faultpath::models {

/// Messages see one link in each direction: the part of the way that the device shares with nobody.
/// Data sees the way as a whole.
struct DeviceLinks {
  /// A link of its own up to the IOMMU.
  explicit DeviceLinks(const LinkSpec& link)
      : up(link), down(link), latency(link.latency), bandwidth(link.bandwidth) {}
  DeviceLinks(const LinkSpec& own_up, const LinkSpec& own_down, sim::Duration whole)
      : up(own_up), down(own_down), latency(whole), bandwidth(own_up.bandwidth) {}

  LinkSpec up, down;
  sim::Duration latency;              ///< of the whole way, one way
  double bandwidth;                   ///< bytes/s, of the slowest link that is not shared
  sim::Duration to_shared{};          ///< from the device to the first shared link
  SharedTransfers* shared = nullptr;  ///< null: no link is shared, and data needs no events
};

}  // namespace faultpath::models
