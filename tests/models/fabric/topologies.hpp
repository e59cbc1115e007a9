// Topologies for tests, in few words.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/fabric/topology_spec.hpp"

namespace faultpath::models {

inline NodeSpec root_complex(std::string name) {
  return {std::move(name), NodeKind::root_complex, sim::nanoseconds(999)};  // has no effect
}
inline NodeSpec root_port(std::string name) {
  return {std::move(name), NodeKind::root_port, sim::nanoseconds(999)};  // has no effect
}
inline NodeSpec pcie_switch(std::string name, sim::Duration latency = sim::nanoseconds(100)) {
  return {std::move(name), NodeKind::pcie_switch, latency};
}
/// At 28 GB/s a message of 28 bytes takes 1 ns.
inline NodeLinkSpec link_of(std::string from, std::string to, sim::Duration latency,
                            double bandwidth = 28e9) {
  return {std::move(from), std::move(to), latency, bandwidth};
}

/// A root complex `rc` with a root port `rp0`, below it a switch `sw0`.
inline TopologySpec one_switch(double uplink = 28e9) {
  return {{root_complex("rc"), root_port("rp0"), pcie_switch("sw0")},
          {link_of("rp0", "rc", sim::nanoseconds(10), 56e9),
           link_of("sw0", "rp0", sim::nanoseconds(30), uplink)}};
}

/// A root complex `rc` with root ports `rp0` and `rp1`.
inline TopologySpec two_root_ports() {
  return {{root_complex("rc"), root_port("rp0"), root_port("rp1")},
          {link_of("rp0", "rc", sim::nanoseconds(10), 56e9),
           link_of("rp1", "rc", sim::nanoseconds(10), 56e9)}};
}

/// Devices whose links take 200 ns and 1 ns a message.
inline DevicePlace attached_to(std::string node, std::uint32_t count = 1) {
  return {{sim::nanoseconds(200), 28e9}, std::move(node), count};
}

}  // namespace faultpath::models
