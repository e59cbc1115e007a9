// The rules of merging.
#include "scenarios/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "models/device/device_spec.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::scenarios {
namespace {

void merge_node(Node& base, const Node& over, const std::string& path, Devices devices);

std::string joined(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

void merge_maps(Node& base, const Node& over, const std::string& path, Devices devices) {
  for (const auto& entry : over.entries) {
    if (Entry* same = base.find(entry.key)) {
      merge_node(same->value, entry.value, joined(path, entry.key), devices);
      same->place = entry.place;
    } else {
      base.entries.push_back(entry);
    }
  }
}

// A map over a list: each key is an element.
void change_elements(Node& list, const Node& over, const std::string& path) {
  for (const auto& entry : over.entries) {
    Node& target = element(list, entry.key, entry.place, path);
    if (entry.value.is_map()) target = as_map(target);
    merge_node(target, entry.value, joined(path, entry.key), Devices::choose);
  }
}

// One without a name has the default.
std::string device_name_of(const Node& device) {
  const std::string name = name_of(device);
  return name.empty() ? models::DeviceSpec{}.name : name;
}

Node* device_called(Node& list, const std::string& name) {
  const auto found = std::ranges::find(list.items, name, device_name_of);
  return found == list.items.end() ? nullptr : &*found;
}

void merge_devices(Node& base, const Node& over, Devices devices) {
  Node merged = over;
  for (auto& device : merged.items) {
    const Node* below = device.is_map() ? device_called(base, device_name_of(device)) : nullptr;
    if (below == nullptr) continue;
    Node inherited = *below;
    merge_node(inherited, device, "devices." + device_name_of(device), Devices::choose);
    inherited.place = device.place;
    device = std::move(inherited);
  }
  if (devices == Devices::add) {
    std::erase_if(base.items, [&](const Node& item) {
      return device_called(merged, device_name_of(item)) != nullptr;
    });
    merged.items.insert(merged.items.begin(), base.items.begin(), base.items.end());
  }
  base = std::move(merged);
}

void merge_node(Node& base, const Node& over, const std::string& path, Devices devices) {
  if (base.is_map() && over.is_map()) {
    merge_maps(base, over, path, devices);
  } else if (base.is_list() && over.is_map()) {
    change_elements(base, over, path);
  } else if (base.is_list() && over.is_list() && path == "devices") {
    merge_devices(base, over, devices);
  } else {
    base = over;
  }
}

std::vector<std::size_t> called(const Node& list, const std::string& key) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    if (name_of(list.items[i]) == key) found.push_back(i);
  }
  if (!found.empty()) return found;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Entry* kind = list.items[i].find("kind");
    if (kind != nullptr && kind->value.text == key) found.push_back(i);
  }
  return found;
}

std::vector<std::string> names_in(const Node& list) {
  std::vector<std::string> names;
  for (const auto& item : list.items) names.push_back(name_of(item));
  return names;
}

}  // namespace

void merge(Node& base, const Node& over, Devices devices) { merge_node(base, over, "", devices); }

Node& element(Node& list, const std::string& key, const Place& at, const std::string& path) {
  std::size_t index = 0;
  const auto* end = key.data() + key.size();
  const auto [after, error] = std::from_chars(key.data(), end, index);
  if (error == std::errc{} && after == end) {
    if (index < list.items.size()) return list.items[index];
    throw ConfigError(at, fmt::format("{}[{}]", path, index),
                      fmt::format("there are {} elements, from 0", list.items.size()));
  }
  const auto found = called(list, key);
  if (found.size() == 1) return list.items[found[0]];
  if (found.size() > 1) {
    throw ConfigError(at, joined(path, key),
                      fmt::format("{} elements are called so; use an index", found.size()));
  }
  throw ConfigError(at, joined(path, key), "there is no element of this name",
                    nearest(key, names_in(list)));
}

}  // namespace faultpath::scenarios
