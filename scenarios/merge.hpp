// Merging of trees: a later text overrides an earlier one.
#pragma once

#include "scenarios/node.hpp"

namespace faultpath::scenarios {

/// Whether a `devices` list replaces the devices of the layers below it, or adds to them.
enum class Devices { choose, add };

/// Writes `over` over `base`:
/// - maps merge key by key, deeply;
/// - lists and single values replace what was there;
/// - a map over a list changes elements: its keys are their names, kinds or indices;
/// - an element of a `devices` list inherits from the element of the same name below it; one
///   without a name has the default name.
/// Throws ConfigError when a key names no element of a list.
void merge(Node& base, const Node& over, Devices devices = Devices::choose);

/// The element of a list that `key` names by name, kind or index. Throws ConfigError with the place
/// `at` when there is none or more than one.
Node& element(Node& list, const std::string& key, const Place& at, const std::string& path);

}  // namespace faultpath::scenarios
