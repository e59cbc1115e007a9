// Checks of a topology: names, what may be linked to what, circles, ways that lead nowhere.
#include "models/assembly/rules/topology_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/pending/disjoint_sets.hpp>
#include <string_view>
#include <utility>

#include "models/assembly/iommu_kinds.hpp"
#include "models/fabric/ways.hpp"

namespace faultpath::models {
namespace {

constexpr sim::Duration kLongest = sim::seconds(1);

class TopologyFinder {
 public:
  TopologyFinder(const SystemSpec& spec, const TopologySpec& topology)
      : spec_(spec), topology_(topology), links_below_(topology.nodes.size()) {}

  std::vector<SpecProblem> find() {
    check_nodes();
    for (std::size_t i = 0; i < topology_.links.size(); ++i) check_names(i);
    if (!problems_.empty()) return std::move(problems_);
    check_circles();
    check_ports();
    check_ways();
    check_devices();
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }
  static std::string node_path(std::size_t index) {
    return fmt::format("topology.nodes[{}]", index);
  }
  static std::string link_path(std::size_t index) {
    return fmt::format("topology.links[{}]", index);
  }
  const NodeSpec& node(std::string_view name) const {
    return topology_.nodes[*find_node(topology_, name)];
  }
  std::string nobody_is_called(const std::string& name) const {
    std::string known;
    for (const NodeSpec& node : topology_.nodes) known += (known.empty() ? "" : ", ") + node.name;
    return fmt::format("no node is called '{}'; there are {}", name, known);
  }

  void check_nodes() {
    if (!iommu_node(topology_)) {
      add("topology.nodes", "a topology needs a root_complex, where the IOMMU stands");
    }
    for (std::size_t i = 0; i < topology_.nodes.size(); ++i) {
      const NodeSpec& node = topology_.nodes[i];
      if (*find_node(topology_, node.name) != i) {
        add(node_path(i) + ".name", fmt::format("another node is called '{}'", node.name));
      }
      if (node.latency > kLongest) add(node_path(i) + ".latency", "at most 1s");
    }
  }

  void check_names(std::size_t index) {
    const NodeLinkSpec& link = topology_.links[index];
    const std::string path = link_path(index);
    if (!find_node(topology_, link.from)) add(path + ".from", nobody_is_called(link.from));
    if (!find_node(topology_, link.to)) add(path + ".to", nobody_is_called(link.to));
    if (link.from == link.to) add(path + ".to", "a link joins two different nodes");
    if (link.latency > kLongest) add(path + ".latency", "at most 1s");
  }

  // Root complexes may be joined in a ring, as sockets are; whatever is below them may not.
  void check_circles() {
    boost::disjoint_sets_with_storage<> joined(topology_.nodes.size());
    for (std::size_t i = 0; i < topology_.nodes.size(); ++i) joined.make_set(i);
    const auto join = [&](std::size_t index) {
      const NodeLinkSpec& link = topology_.links[index];
      const std::size_t from = joined.find_set(*find_node(topology_, link.from));
      const std::size_t to = joined.find_set(*find_node(topology_, link.to));
      joined.link(from, to);
      return from != to;
    };
    for (std::size_t i = 0; i < topology_.links.size(); ++i) {
      if (joins_sockets(i)) join(i);
    }
    for (std::size_t i = 0; i < topology_.links.size(); ++i) {
      if (joins_sockets(i) || join(i)) continue;
      const NodeLinkSpec& link = topology_.links[i];
      add(link_path(i), fmt::format("closes a circle: '{}' and '{}' are joined already, and ports "
                                    "and switches form a tree",
                                    link.from, link.to));
    }
  }
  bool joins_sockets(std::size_t index) const {
    const NodeLinkSpec& link = topology_.links[index];
    return node(link.from).kind == NodeKind::root_complex &&
           node(link.to).kind == NodeKind::root_complex;
  }

  // A root port has its root complex above and one link below.
  void check_ports() {
    std::vector<bool> rooted(topology_.nodes.size());
    for (std::size_t i = 0; i < topology_.links.size(); ++i) {
      const NodeLinkSpec& link = topology_.links[i];
      for (const auto& [end, other] :
           {std::pair{&link.from, &link.to}, std::pair{&link.to, &link.from}}) {
        const std::size_t port = *find_node(topology_, *end);
        if (topology_.nodes[port].kind != NodeKind::root_port) continue;
        if (node(*other).kind == NodeKind::root_complex && !rooted[port]) {
          rooted[port] = true;
        } else {
          take_port(port, link_path(i));
        }
      }
    }
    for (std::size_t i = 0; i < rooted.size(); ++i) {
      if (topology_.nodes[i].kind != NodeKind::root_port || rooted[i]) continue;
      add(node_path(i),
          fmt::format("the root port '{}' has no link to a root complex", topology_.nodes[i].name));
    }
  }
  void take_port(std::size_t node, std::string path) {
    const NodeSpec& port = topology_.nodes[node];
    if (port.kind != NodeKind::root_port || links_below_[node]++ == 0) return;
    add(std::move(path), fmt::format("the root port '{}' has a link below it already; behind a "
                                     "switch several can share it",
                                     port.name));
  }

  void check_ways() {
    const auto ways = ways_to_iommu(topology_);
    for (std::size_t i = 0; i < ways.size(); ++i) {
      if (ways[i]) continue;
      add(node_path(i),
          fmt::format("no link leads from '{}' to '{}', where the IOMMU stands",
                      topology_.nodes[i].name, topology_.nodes[*iommu_node(topology_)].name));
    }
  }

  void check_devices() {
    bool is_used = false;
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) {
      const DeviceSpec& device = spec_.devices[i];
      if (!device.attach) continue;
      const std::string path = fmt::format("devices[{}].attach", i);
      is_used = true;
      const auto node = find_node(topology_, *device.attach);
      if (!node) add(path, nobody_is_called(*device.attach));
      for (std::uint32_t instance = 0; node && instance < std::min(device.count, 2U); ++instance) {
        take_port(*node, path);
      }
    }
    if (!is_used) add("topology", "no device is attached to it");
    if (info_of(spec_.iommu.kind).stalls) {
      add("topology",
          "devices behind PCIe never stall (Arm IHI 0070 3.12): leave the topology out");
    }
  }

  const SystemSpec& spec_;
  const TopologySpec& topology_;
  std::vector<std::uint32_t> links_below_;  // of root ports
  std::vector<SpecProblem> problems_;
};

}  // namespace

std::vector<SpecProblem> topology_problems(const SystemSpec& spec) {
  if (spec.topology) return TopologyFinder(spec, *spec.topology).find();
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    if (!spec.devices[i].attach) continue;
    return {{fmt::format("devices[{}].attach", i), "has no effect without a topology"}};
  }
  return {};
}

}  // namespace faultpath::models
