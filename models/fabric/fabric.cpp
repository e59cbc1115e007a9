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
               const std::vector<DevicePlace>& devices)
    : calendar_(calendar), ways_(ways_of(topology, devices)) {
  for (const Segment& segment : ways_.shared) segments_.emplace_back(*this, calendar, segment);
}

SharedTransfers& Fabric::transfers(std::size_t spec, sim::Rank rank) {
  std::vector<TransferLink*> links;
  for (const std::size_t segment : way(spec).shared) links.push_back(&segments_[segment].transfers);
  return transfers_.emplace_back(calendar_, rank, links);
}

Wire<DownMessage>& Fabric::join(std::size_t spec, Wire<UpMessage>& up, Wire<DownMessage>& down,
                                Wire<UpMessage>::Deliver deliver) {
  Port& port = ports_.emplace_back(*this, static_cast<std::uint32_t>(ports_.size()), calendar_);
  port.last = &down;
  Wire<UpMessage>* rising = &up;
  for (const std::size_t segment : way(spec).shared) {
    rising->connect<&SharedSegment::rise>(segments_[segment]);
    rising = &segments_[segment].up;
    port.path.push_back(&segments_[segment]);
  }
  rising->connect(deliver);
  if (port.path.empty()) return down;
  std::ranges::reverse(port.path);
  for (std::size_t depth = 0; depth < port.path.size(); ++depth) {
    port.path[depth]->depth = depth;  // those who share a segment share what is above it
    port.path[depth]->down.connect<&SharedSegment::descend>(*port.path[depth]);
  }
  port.entry.connect<&Port::enter>(port);
  return port.entry;
}

void Fabric::SharedSegment::rise(const UpMessage& message) {
  up.send(fabric->calendar_.now(), message);
}

void Fabric::Port::enter(const DownMessage& message) {
  path.front()->down.send(fabric->calendar_.now(), Routed{device, message});
}

void Fabric::SharedSegment::descend(const Routed& routed) {
  const sim::Time now = fabric->calendar_.now();
  const Port& port = fabric->ports_[routed.device];
  const std::size_t next = depth + 1;
  if (next == port.path.size()) return port.last->send(now, routed.message);
  ENSURE(port.path[depth] == this, "a message takes the way of its device");
  port.path[next]->down.send(now, routed);
}

}  // namespace faultpath::models
