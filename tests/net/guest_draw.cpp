// Guests, the IOMMU below them, and their devices.
#include "tests/net/guest_draw.hpp"

#include <string>

#include "models/assembly/iommu_kinds.hpp"
#include "models/guest/viommu_spec.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::net {
namespace {

std::string kind_of(const Json& guest) {
  return guest.value("viommu", Json::object()).value("kind", "emulated_vtd");
}

// The name of the kind of IOMMU that a guest needs below it; of those that need none, its own.
std::string kind_below(const Json& guest) {
  models::VirtualIommuSpec viommu;
  const std::string kind = kind_of(guest);
  if (kind == "emulated_smmu") viommu = models::EmulatedSmmuSpec{};
  if (kind == "virtio_prq") viommu = models::VirtioPrqSpec{};
  if (kind == "hardware_queues") viommu = models::HardwareQueuesSpec{};
  if (kind == "virtio_map") viommu = models::VirtioMapSpec{};
  if (kind == "none") viommu = models::NoIommuSpec{};
  const auto below = models::host_kind_of(viommu);
  return below ? std::string(models::info_of(*below).name) : kind;
}

// Of what is mapped page by page before the start, not more than a few guests have.
void bound_prefault(Json& guest) {
  constexpr int kMany = 4;
  const auto count = guest.find("count");
  const bool many = count != guest.end() && count->is_number() && *count > kMany;
  const auto backing = guest.find("backing");
  if (many && backing != guest.end() && backing->is_object()) backing->erase("prefault");
}

// Its kernel faults, or asks before each operation.
Json strategy_of_guests(const std::string& below, ValueDraw& draw) {
  if (below == "virtio_map") return {{"kind", "viommu_map"}};
  if (draw.chance(0.8)) return "sva";
  return draw.chance(0.5) ? Json("coiommu") : Json{{"kind", "viommu_map"}};
}

void plant_device(Json& device, const Json& guest) {
  for (const char* key : {"strategy", "address_space", "nonfaultable", "virtual_function_of",
                          "process", "on_fault"}) {
    device.erase(key);
  }
  if (device.contains("contexts") && device["contexts"].is_array()) device.erase("contexts");
  if (kind_of(guest) == "none") device.erase("memory");
  device["guest"] = guest["name"];
  const Json processes = guest.value("processes", Json::array());
  if (!processes.empty()) device["process"] = processes[0]["name"];
}

// Mostly without what its kind leaves unread, which would all have to be mended away.
void prune_guest(Json& guest, ValueDraw& draw) {
  const std::string kind = kind_of(guest);
  if ((kind != "none" && kind != "virtio_map") || draw.chance(0.2)) return;
  for (const char* key : {"behaviour", "era", "interrupt", "work_queue", "vmm"}) guest.erase(key);
  if (kind == "virtio_map") return;
  for (const char* key : {"vcpus", "submit", "page_fault", "swap", "map_cost", "reclaim", "bind",
                          "cpu_second_stage", "migration"}) {
    guest.erase(key);
  }
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
  const Json viommu = guests[0].value("viommu", Json{{"kind", "emulated_vtd"}});
  for (std::size_t i = 0; i < guests.size(); ++i) {
    Json& guest = guests[i];
    if (kind_below(guest) != below) guest["viommu"] = viommu;
    if (guest.contains("processes"))
      guest["processes"].erase(guest["processes"].begin() + 1, guest["processes"].end());
    if (below == "none") guest.erase("processes");
    prune_guest(guest, draw);
    bound_prefault(guest);
    if (i < scenario["devices"].size()) plant_device(scenario["devices"][i], guest);
  }
  const bool any = below == "virtio_map" || below == "none";
  const Json iommu = scenario.value("iommu", Json::object());
  if (!any && (!iommu.is_object() || iommu.value("kind", "vtd") != below)) {
    scenario["iommu"] = {{"kind", below}};
  }
  scenario["strategies"] = Json::array({strategy_of_guests(below, draw)});
  scenario.erase("route");
  if (scenario.contains("host")) scenario["host"].erase("era");
}

}  // namespace faultpath::net
