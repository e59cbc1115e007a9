// Guests, the IOMMU below them, and their devices.
#include "tests/net/guest_draw.hpp"

#include <string>

#include "models/assembly/iommu_kinds.hpp"
#include "models/guest/viommu_spec.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::net {
namespace {

// The name of the kind of IOMMU that a guest needs below it.
std::string kind_below(const Json& guest) {
  models::GuestMachineSpec spec;
  const Json viommu = guest.value("viommu", Json::object());
  const std::string kind = viommu.value("kind", "emulated_vtd");
  if (kind == "virtio_prq") spec.viommu = models::VirtioPrqSpec{};
  if (kind == "hardware_queues") spec.viommu = models::HardwareQueuesSpec{};
  return std::string(models::info_of(models::host_kind_of(spec.viommu)).name);
}

// Its kernel faults, or asks before each operation.
Json strategy_of_guests(ValueDraw& draw) {
  if (draw.chance(0.8)) return "sva";
  return draw.chance(0.5) ? Json("coiommu") : Json{{"kind", "viommu_map"}};
}

void plant_device(Json& device, const Json& guest) {
  for (const char* key : {"strategy", "address_space", "nonfaultable", "virtual_function_of",
                          "process", "on_fault"}) {
    device.erase(key);
  }
  if (device.contains("contexts") && device["contexts"].is_array()) device.erase("contexts");
  device["guest"] = guest["name"];
  const Json processes = guest.value("processes", Json::array());
  if (!processes.empty()) device["process"] = processes[0]["name"];
}

}  // namespace

Json drawn_guests(ValueDraw& draw) {
  const Json& keys = document_schema()["properties"];
  return {{"scenario", 1},
          {"name", "guests"},
          {"guests", draw.value(keys["guests"], "guests")},
          {"devices", draw.value(keys["devices"], "devices")},
          {"strategies", Json::array({"sva"})}};
}

void plant_guests(Json& scenario, ValueDraw& draw) {
  if (!scenario.contains("guests") && draw.chance(0.15)) {
    scenario["guests"] = draw.value(document_schema()["properties"]["guests"], "guests");
  }
  if (!scenario.contains("guests") || scenario["guests"].empty()) return;
  Json& guests = scenario["guests"];
  const std::string below = kind_below(guests[0]);
  for (std::size_t i = 0; i < guests.size(); ++i) {
    Json& guest = guests[i];
    if (kind_below(guest) != below) guest["viommu"] = guests[0]["viommu"];
    if (guest.contains("processes"))
      guest["processes"].erase(guest["processes"].begin() + 1, guest["processes"].end());
    if (i < scenario["devices"].size()) plant_device(scenario["devices"][i], guest);
  }
  Json& iommu = scenario["iommu"];
  if (!iommu.is_object() || iommu.value("kind", "vtd") != below) iommu = {{"kind", below}};
  scenario["strategies"] = Json::array({strategy_of_guests(draw)});
  scenario.erase("route");
  if (scenario.contains("host")) scenario["host"].erase("era");
}

}  // namespace faultpath::net
