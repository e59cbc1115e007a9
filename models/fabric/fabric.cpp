// Messages from segment to segment.
#include "models/fabric/fabric.hpp"

#include <algorithm>

#include "sim/ensure.hpp"

namespace faultpath::models {

Fabric::SharedSegment::SharedSegment(Fabric& owner, sim::Calendar& calendar, const Segment& spec)
    : fabric(&owner),
      up(calendar, spec.message_link(spec.up), std::nullopt),
      down(calendar, spec.message_link(spec.down), std::nullopt),
      transfers(spec.up, spec.bandwidth) {}

Fabric::Fabric(sim::Calendar& calendar, const TopologySpec& topology,
               const std::vector<DeviceSpec>& devices)
    : calendar_(calendar), ways_(ways_of(topology, devices)) {
  for (const Segment& segment : ways_.shared) segments_.emplace_back(*this, calendar, segment);
}

SharedTransfers& Fabric::transfers(std::size_t spec, sim::Rank rank) {
  std::vector<TransferLink*> links;
  for (const std::size_t segment : way(spec).shared) links.push_back(&segments_[segment].transfers);
  return transfers_.emplace_back(calendar_, rank, links);
}

Wire<DownMessage>& Fabric::join(std::size_t spec, Wire<UpMessage>& up, Wire<DownMessage>& down,
                                Wire<UpMessage>::Deliver deliver, void* iommu) {
  Port& port = ports_.emplace_back(*this, static_cast<std::uint32_t>(ports_.size()), calendar_);
  port.last = &down;
  Wire<UpMessage>* rising = &up;
  for (const std::size_t segment : way(spec).shared) {
    rising->connect(&Fabric::rise, &segments_[segment]);
    rising = &segments_[segment].up;
    port.path.push_back(&segments_[segment]);
  }
  rising->connect(deliver, iommu);
  if (port.path.empty()) return down;
  std::ranges::reverse(port.path);
  for (std::size_t depth = 0; depth < port.path.size(); ++depth) {
    port.path[depth]->depth = depth;  // those who share a segment share what is above it
    port.path[depth]->down.connect(&Fabric::descend, port.path[depth]);
  }
  port.entry.connect(&Fabric::enter, &port);
  return port.entry;
}

void Fabric::rise(void* segment, const UpMessage& message) {
  auto& self = *static_cast<SharedSegment*>(segment);
  self.up.send(self.fabric->calendar_.now(), message);
}

void Fabric::enter(void* port, const DownMessage& message) {
  const auto& self = *static_cast<Port*>(port);
  self.path.front()->down.send(self.fabric->calendar_.now(), Routed{self.device, message});
}

void Fabric::descend(void* segment, const Routed& routed) {
  const auto& self = *static_cast<SharedSegment*>(segment);
  const sim::Time now = self.fabric->calendar_.now();
  const Port& port = self.fabric->ports_[routed.device];
  const std::size_t next = self.depth + 1;
  if (next == port.path.size()) return port.last->send(now, routed.message);
  ENSURE(port.path[self.depth] == &self, "a message takes the way of its device");
  port.path[next]->down.send(now, routed);
}

}  // namespace faultpath::models
