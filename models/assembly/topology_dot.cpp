// DOT by Boost.Graph's write_graphviz.
#include "models/assembly/topology_dot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphviz.hpp>
#include <sstream>
#include <variant>

#include "models/assembly/device_places.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/fabric/ways.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

struct Box {
  std::string id, label, shape;
};
struct Arrow {
  std::string label;
  bool is_link = false;  // both ways; else a step of a fault
};
// Bidirectional graphs keep a list of their edges, in the order in which they were added.
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, Box, Arrow>;
using Vertex = boost::graph_traits<Graph>::vertex_descriptor;

std::string quoted(const std::string& text) { return boost::escape_dot_string(text); }

std::string pace(sim::Duration latency, double bandwidth) {
  return fmt::format("{:g} ns, {:g} GB/s", sim::to_ns(latency), bandwidth / 1e9);
}

std::string shape_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::root_complex:
      return "house";
    case NodeKind::root_port:
      return "invhouse";
    case NodeKind::pcie_switch:
      return "diamond";
  }
  return {};
}

// How a fault gets into a guest, and an answer or a request out of it. No words: it does not.
struct GuestWay {
  const char *name, *in, *out;
  bool by_vmm = true;
};

GuestWay way_of(const VirtualIommuSpec& viommu) {
  struct Ways {
    GuestWay operator()(const EmulatedVtdSpec&) const {
      return {"emulated_vtd", "record, interrupt", "response, exit"};
    }
    GuestWay operator()(const EmulatedSmmuSpec&) const {
      return {"emulated_smmu", "event, interrupt", "RESUME, exit"};
    }
    GuestWay operator()(const VirtioPrqSpec&) const {
      return {"virtio_prq", "buffer, interrupt", "response, kick"};
    }
    GuestWay operator()(const HardwareQueuesSpec&) const {
      return {"hardware_queues", "log, interrupt", "response", false};
    }
    GuestWay operator()(const VirtioMapSpec&) const {
      return {"virtio_map", nullptr, "map and unmap, kick"};
    }
    GuestWay operator()(const NoIommuSpec&) const { return {"none", nullptr, nullptr, false}; }
  };
  return std::visit(Ways{}, viommu);
}

class Drawing {
 public:
  explicit Drawing(const SystemSpec& spec) : spec_(spec) {
    iommu_ = add({"iommu", fmt::format("IOMMU\\n{}", info_of(spec.iommu.kind).name), "box3d"});
    if (spec.topology) add_topology(*spec.topology);
    add_devices();
    add_route();
  }

  std::string text(const std::string& title) const {
    std::ostringstream out;
    boost::write_graphviz(
        out, graph_,
        [this](std::ostream& to, Vertex vertex) {
          const Box& box = graph_[vertex];
          to << "[label=" << quoted(box.label) << ", shape=" << box.shape << "]";
        },
        [this](std::ostream& to, const boost::graph_traits<Graph>::edge_descriptor& edge) {
          const Arrow& arrow = graph_[edge];
          to << "[label=" << quoted(arrow.label)
             << (arrow.is_link ? ", dir=both" : ", style=dashed") << "]";
        },
        [&](std::ostream& to) {
          to << "label=" << quoted(title) << ";\nlabelloc=t;\nrankdir=LR;\n";
        },
        boost::get(&Box::id, graph_));
    return out.str();
  }

 private:
  // In two steps: add_vertex() with a property makes g++ 12 warn of Boost's own under sanitizers.
  Vertex add(Box box) {
    const Vertex vertex = boost::add_vertex(graph_);
    graph_[vertex] = std::move(box);
    return vertex;
  }
  void link(Vertex from, Vertex to, std::string label) {
    boost::add_edge(from, to, Arrow{std::move(label), true}, graph_);
  }
  void step(Vertex from, Vertex to, std::string label) {
    boost::add_edge(from, to, Arrow{std::move(label), false}, graph_);
  }

  void add_topology(const TopologySpec& topology) {
    for (const NodeSpec& node : topology.nodes) {
      const std::string time = node.kind == NodeKind::pcie_switch
                                   ? fmt::format("\\n{:g} ns", sim::to_ns(node.latency))
                                   : "";
      nodes_.push_back(add({"node:" + node.name, node.name + time, shape_of(node.kind)}));
    }
    for (const NodeLinkSpec& each : topology.links) {
      link(nodes_[*find_node(topology, each.from)], nodes_[*find_node(topology, each.to)],
           pace(each.latency, each.bandwidth));
    }
    link(nodes_[*iommu_node(topology)], iommu_, "");
  }

  void add_devices() {
    const Ways ways = spec_.topology ? ways_of(*spec_.topology, places_of(spec_)) : Ways{};
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) {
      const DeviceSpec& device = spec_.devices[i];
      std::string label = device.name;
      if (device.count > 1) label += fmt::format(" x {}", device.count);
      if (spec_.devices[i].guest) label += "\\nof guest " + *spec_.devices[i].guest;
      if (spec_.topology) {
        label += "\\nway " + pace(ways.devices[i].latency, ways.devices[i].bandwidth);
      }
      const Vertex vertex = add({"device:" + device.name, label, "box"});
      link(vertex, end_of(device), pace(device.link.latency, device.link.bandwidth));
    }
  }
  Vertex end_of(const DeviceSpec& device) const {
    if (!spec_.topology) return iommu_;
    const auto node =
        device.attach ? find_node(*spec_.topology, *device.attach) : iommu_node(*spec_.topology);
    return nodes_[*node];
  }

  // Page request to response, and from there over the links again.
  void add_route() {
    const bool stalls = info_of(spec_.iommu.kind).stalls;
    const HostSpec& host = spec_.host;
    const Vertex queue =
        add({"queue",
             fmt::format("{} queue\\n{} entries", stalls ? "event" : "page request",
                         spec_.iommu.queue_entries),
             "cylinder"});
    const Vertex driver = add({"driver", "driver thread\\none per IOMMU", "component"});
    const Vertex core = add({"fault_core",
                             fmt::format("fault core\\n{} groups at a time, {} cores",
                                         groups_in_work(host), host.cores),
                             "component"});
    step(iommu_, queue, stalls ? "stall record" : "page request");
    step(queue, driver, "interrupt");
    step(driver, core, stalls ? "stalled access" : "request, group at its last");
    const std::string answer = stalls ? "RESUME" : "group response";
    const bool is_for_guests_alone =
        std::ranges::none_of(spec_.devices, [](const auto& each) { return !each.guest; });
    if (!is_for_guests_alone) add_strategy(core, answer);
    for (const GuestMachineSpec& guest : spec_.guests) add_guest(guest, core, answer);
  }

  void add_strategy(Vertex core, const std::string& answer) {
    const Vertex strategy =
        add({"strategy", fmt::format("strategy\\n{}", spec_.strategy.name), "component"});
    if (spec_.route.user() != nullptr) {
      const std::string name(info_of(spec_.route.route()).name);
      const Vertex user = add({"user_space", "user space\\nreads " + name, "component"});
      step(core, user, "whole group");
      step(user, strategy, "page access");
    } else {
      step(core, strategy, "work item");
    }
    step(strategy, iommu_, answer);
  }

  // Its second stage if the host brings its pages on demand, its VMM, and its kernel.
  void add_guest(const GuestMachineSpec& guest, Vertex core, const std::string& answer) {
    const GuestWay way = way_of(guest.viommu);
    if (!traits_of(guest.backing).pins_all) {
      const Vertex backing = add(
          {"backing:" + guest.name,
           fmt::format("second stage of {}\\n{}", guest.name, guest.backing.name), "component"});
      step(core, backing, "work item");
      step(backing, iommu_, answer);
    }
    if (way.out == nullptr) return;
    std::string label = guest.name;
    if (guest.count > 1) label += fmt::format(" x {}", guest.count);
    const Vertex kernel =
        add({"guest:" + guest.name,
             fmt::format("guest {}\\n{}, {} virtual {}", label, way.name, guest.vcpus.count,
                         guest.vcpus.count == 1 ? "CPU" : "CPUs"),
             "component"});
    if (!way.by_vmm) {
      step(iommu_, kernel, way.in);
      step(kernel, iommu_, way.out);
      return;
    }
    const Vertex vmm = add({"vmm:" + guest.name, "VMM of " + guest.name, "component"});
    if (way.in != nullptr) {
      step(core, vmm, "fault file");
      step(vmm, kernel, way.in);
    }
    step(kernel, vmm, way.out);
    step(vmm, iommu_, way.in != nullptr ? answer : "mapping, invalidation");
  }

  const SystemSpec& spec_;
  Graph graph_;
  Vertex iommu_{};
  std::vector<Vertex> nodes_;  // of the topology
};

}  // namespace

std::string dot_of(const SystemSpec& spec, const std::string& title) {
  return Drawing(spec).text(title);
}

}  // namespace faultpath::models
