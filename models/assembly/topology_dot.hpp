// A system as a graph for people: its topology, and the route of a fault through hardware and host.
#pragma once

#include <string>

#include "models/assembly/system_spec.hpp"

namespace faultpath::models {

/// The system in Graphviz's DOT language: devices, nodes and links with latency and bandwidth, each
/// device with the whole of its way, and the route of a fault from page request to response.
/// `title` is the label of the graph. Requires a spec without problems.
std::string dot_of(const SystemSpec& spec, const std::string& title);

}  // namespace faultpath::models
