// Fabric: the links of a topology that several devices share, and the ways over them.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "models/base/wire.hpp"
#include "models/fabric/shared_transfers.hpp"
#include "models/fabric/ways.hpp"

namespace faultpath::models {

/// The links that only one device uses are one wire in each direction. Each segment of shared links
/// is one more wire, which serialises the messages of all its devices. A message is an event when
/// it reaches a shared segment, so that messages of several devices take turns in the order of
/// their arrival, even if some were sent ahead of the clock. Messages that arrive at the same time
/// go in the order of the devices, and those of one device in the order of sending.
class Fabric {
 public:
  Fabric(sim::Calendar& calendar, const TopologySpec& topology,
         const std::vector<DevicePlace>& devices);
  Fabric(const Fabric&) = delete;
  Fabric& operator=(const Fabric&) = delete;

  const DeviceWay& way(std::size_t spec) const { return ways_.devices[spec]; }
  /// Carries the data of a device that shares a link. It lives as long as the fabric.
  SharedTransfers& transfers(std::size_t spec, sim::Rank rank);

  /// Joins the wires of a device, the next by its index, to both ends of its way. `up` and `down`
  /// are what it has for itself; `deliver` takes what arrives at the IOMMU. Returns the wire on
  /// which the IOMMU sends to the device.
  Wire<DownMessage>& join(std::size_t spec, Wire<UpMessage>& up, Wire<DownMessage>& down,
                          Wire<UpMessage>::Deliver deliver);

 private:
  /// A message to a device, which the segments on its way pass on.
  struct Routed {
    std::uint32_t device = 0;
    DownMessage message;
    friend std::uint64_t further_bytes(const Routed& routed) {
      return models::further_bytes(routed.message);
    }
  };
  struct SharedSegment {
    SharedSegment(Fabric& owner, sim::Calendar& calendar, const Segment& spec);
    void rise(const UpMessage& message);
    void descend(const Routed& routed);

    Fabric* fabric;
    Wire<UpMessage> up;
    Wire<Routed> down;
    TransferLink transfers;
    std::size_t depth = 0;  ///< segments between it and the IOMMU
  };
  /// The IOMMU's end of the way to a device.
  struct Port {
    Port(Fabric& owner, std::uint32_t index, sim::Calendar& calendar)
        : fabric(&owner), device(index), entry(calendar, {{}, kNoBytes}, std::nullopt) {}
    void enter(const DownMessage& message);

    Fabric* fabric;
    std::uint32_t device;
    Wire<DownMessage> entry;  ///< takes no time
    Wire<DownMessage>* last = nullptr;
    std::vector<SharedSegment*> path;  ///< the IOMMU's side first
  };
  /// Bytes/s at which a message takes less than half a picosecond.
  static constexpr double kNoBytes = 1e18;

  sim::Calendar& calendar_;
  Ways ways_;
  std::deque<SharedSegment> segments_;
  std::deque<Port> ports_;  // by device
  std::deque<SharedTransfers> transfers_;
};

}  // namespace faultpath::models
