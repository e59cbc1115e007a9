// The declarations of all keys of a scenario, one table for each spec of the models.
#pragma once

#include <string>
#include <vector>

#include "models/device/device_spec.hpp"
#include "models/fabric/topology_spec.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/kernel/host_spec.hpp"
#include "models/strategy/strategy_spec.hpp"
#include "scenarios/declare/object.hpp"
#include "scenarios/document.hpp"

namespace faultpath::scenarios {

/// The most entries of a cache of translations. It is far above what hardware has.
inline constexpr std::uint32_t kMostCacheEntries = 1U << 20;
/// The number of a way has 16 bits.
inline constexpr std::uint32_t kMostWays = 1U << 16;

const Object<Document>& document_keys();
const Object<models::HostSpec>& host_keys();
const Type<models::IommuSpec>& iommu_keys();
const Type<models::AttachedDeviceSpec>& device_keys();
/// A number, or a list of contexts with a process or strategy each.
Field<models::AttachedDeviceSpec> contexts_field();
const Object<models::ProcessSpec>& process_keys();
const Object<models::GuestMachineSpec>& guest_keys();
/// The virtual IOMMUs that there are, with what they do.
std::vector<Word> viommu_words();
/// A number of virtual CPUs, or a map.
Type<models::VirtualCpusSpec> virtual_cpus();
/// A bare word, or a map with `kind`.
Type<models::GuestBehaviourSpec> guest_behaviour();
Object<models::GuestLimitsSpec> guest_limit_keys();
const Object<models::BackingSpec>& memory_keys();
const Object<models::AreaSpec>& area_keys();
const Object<models::NotifierSpec>& notifier_keys();
const Type<models::WorkloadSpec>& workload_keys();
const Object<models::TopologySpec>& topology_keys();
const Object<CheckSpec>& check_keys();
/// The metrics that a check of results of this version can compare.
std::vector<std::string> checked_metrics();

// What a host and a guest have both.
Type<models::Era> era();
Object<models::PageFaultSpec> page_fault_keys();
Object<models::SwapSpec> swap_keys();
Object<models::MapCostSpec> map_cost_keys();
Object<models::ReclaimSpec> reclaim_keys();
std::vector<Field<models::WorkQueueSpec>> work_queue_fields();

/// A share of a space, or a list of ranges.
Type<models::PagesSpec> pages();
/// How a guest comes to this host.
const Object<models::MigrationSpec>& migration_keys();
/// A bare word, or a map with `kind`.
Type<models::StrategySpec> strategy();
/// The strategies that there are, with what they do.
std::vector<Word> strategy_words();

/// A bare word, or a map with `kind`.
Type<models::RouteSpec> route();
/// The routes that there are, with what they do.
std::vector<Word> route_words();

/// The schema that latency() refers to as "#/$defs/latency".
Json latency_schema();

}  // namespace faultpath::scenarios
