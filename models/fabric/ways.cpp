// Shortest ways by latency, with Boost.Graph, and which of their links are shared.
#include "models/fabric/ways.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <limits>
#include <map>
#include <utility>

#include "models/base/messages.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

struct Step {
  std::int64_t picoseconds = 0;
  std::size_t link = 0;
};
// A link is two edges, one in each direction. The time inside a node is added to the edge that
// enters it.
using Graph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Step>;
using Edge = boost::graph_traits<Graph>::edge_descriptor;

Graph graph_of(const TopologySpec& topology) {
  Graph graph(topology.nodes.size());
  for (std::size_t link = 0; link < topology.links.size(); ++link) {
    const NodeLinkSpec& spec = topology.links[link];
    const std::size_t from = *find_node(topology, spec.from);
    const std::size_t to = *find_node(topology, spec.to);
    const auto into = [&](std::size_t node) {
      return Step{(spec.latency + inside(topology.nodes[node])).count(), link};
    };
    boost::add_edge(from, to, into(to), graph);
    boost::add_edge(to, from, into(from), graph);
  }
  return graph;
}

// The last edge of the way from the IOMMU to each node that it reaches.
std::vector<std::optional<Edge>> last_edges(const Graph& graph, std::size_t iommu) {
  const std::size_t nodes = boost::num_vertices(graph);
  std::vector<std::int64_t> distances(nodes);
  std::vector<Edge> edges(nodes);
  const auto index = boost::get(boost::vertex_index, graph);
  boost::dijkstra_shortest_paths(
      graph, iommu,
      boost::weight_map(boost::get(&Step::picoseconds, graph))
          .distance_map(boost::make_iterator_property_map(distances.begin(), index))
          .visitor(boost::make_dijkstra_visitor(boost::record_edge_predecessors(
              boost::make_iterator_property_map(edges.begin(), index), boost::on_edge_relaxed()))));
  std::vector<std::optional<Edge>> reached(nodes);
  for (std::size_t node = 0; node < nodes; ++node) {
    const bool far = distances[node] == std::numeric_limits<std::int64_t>::max();
    if (!far && node != iommu) reached[node] = edges[node];
  }
  return reached;
}

// Divides each device's way into its own links and segments that other devices use too.
class Divider {
 public:
  Divider(const TopologySpec& topology, const std::vector<DevicePlace>& devices)
      : topology_(topology),
        devices_(devices),
        of_nodes_(ways_to_iommu(topology)),
        users_(topology.links.size()) {}

  Ways divide() {
    for (const DevicePlace& device : devices_) {
      for (const Hop& hop : *of_nodes_[node_of(device)]) users_[hop.link] += device.count;
    }
    for (const DevicePlace& device : devices_) {
      ways_.devices.push_back(way_of(device, node_of(device)));
    }
    return std::move(ways_);
  }

 private:
  std::size_t node_of(const DevicePlace& device) const {
    const auto node = device.attach ? find_node(topology_, *device.attach) : iommu_node(topology_);
    ENSURE(node && of_nodes_[*node], "a device is attached where a way leads to the IOMMU");
    return *node;
  }

  DeviceWay way_of(const DevicePlace& device, std::size_t node) {
    DeviceWay way;
    way.own.add(device.link.latency, device.link.bandwidth, inside(topology_.nodes[node]),
                sim::Duration::zero());
    std::uint64_t before = 1;
    for (const Hop& hop : *of_nodes_[node]) {
      const std::uint64_t users = users_[hop.link];
      if (users == 1) {
        add(way.own, hop);
      } else if (users != before) {
        way.shared.push_back(segment_from(hop));
      }
      before = users;
    }
    way.latency = way.own.up;
    way.bandwidth = way.own.bandwidth;
    for (const std::size_t shared : way.shared) {
      way.latency += ways_.shared[shared].up;
      way.bandwidth = std::min(way.bandwidth, ways_.shared[shared].bandwidth);
    }
    return way;
  }

  // After two ways have met they use the same links. So two neighbouring links with equal numbers
  // of users have the same users.
  std::size_t segment_from(const Hop& first) {
    const auto [known, is_new] = segments_.try_emplace(first.link, ways_.shared.size());
    if (!is_new) return known->second;
    Segment& segment = ways_.shared.emplace_back();
    add(segment, first);
    for (const Hop& hop : *of_nodes_[first.far]) {
      if (users_[hop.link] != users_[first.link]) break;
      add(segment, hop);
    }
    return known->second;
  }

  void add(Segment& segment, const Hop& hop) const {
    const NodeLinkSpec& link = topology_.links[hop.link];
    segment.add(link.latency, link.bandwidth, inside(topology_.nodes[hop.far]),
                inside(topology_.nodes[hop.near]));
  }

  const TopologySpec& topology_;
  const std::vector<DevicePlace>& devices_;
  std::vector<std::optional<Way>> of_nodes_;
  std::vector<std::uint64_t> users_;             // instances of devices on each link
  std::map<std::size_t, std::size_t> segments_;  // by their first link
  Ways ways_;
};

}  // namespace

std::optional<std::size_t> find_node(const TopologySpec& topology, std::string_view name) {
  const auto found = std::ranges::find(topology.nodes, name, &NodeSpec::name);
  if (found == topology.nodes.end()) return std::nullopt;
  return static_cast<std::size_t>(found - topology.nodes.begin());
}

std::optional<std::size_t> iommu_node(const TopologySpec& topology) {
  const auto found = std::ranges::find(topology.nodes, NodeKind::root_complex, &NodeSpec::kind);
  if (found == topology.nodes.end()) return std::nullopt;
  return static_cast<std::size_t>(found - topology.nodes.begin());
}

sim::Duration inside(const NodeSpec& node) {
  return node.kind == NodeKind::pcie_switch ? node.latency : sim::Duration::zero();
}

std::vector<std::optional<Way>> ways_to_iommu(const TopologySpec& topology) {
  const std::size_t iommu = *iommu_node(topology);
  const Graph graph = graph_of(topology);
  const auto edges = last_edges(graph, iommu);
  std::vector<std::optional<Way>> ways(topology.nodes.size());
  for (std::size_t node = 0; node < ways.size(); ++node) {
    if (node != iommu && !edges[node]) continue;
    Way& way = ways[node].emplace();
    for (std::size_t at = node; at != iommu;) {
      const std::size_t next = boost::source(*edges[at], graph);
      way.push_back({graph[*edges[at]].link, at, next});
      at = next;
    }
  }
  return ways;
}

void Segment::add(sim::Duration latency, double bandwidth_of_link, sim::Duration inside_far,
                  sim::Duration inside_near) {
  up += latency + inside_far;
  down += latency + inside_near;
  if (bandwidth == 0.0) {
    bandwidth = bandwidth_of_link;
  } else {
    waiting += sim::transfer_time(kMessageBytes, std::max(bandwidth, bandwidth_of_link));
    bandwidth = std::min(bandwidth, bandwidth_of_link);
  }
}

Ways ways_of(const TopologySpec& topology, const std::vector<DevicePlace>& devices) {
  return Divider(topology, devices).divide();
}

}  // namespace faultpath::models
