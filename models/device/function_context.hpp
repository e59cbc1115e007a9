// What the parts of one function have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "models/base/journal.hpp"
#include "models/device/device_spec.hpp"
#include "models/device/device_stats.hpp"
#include "models/device/function_plan.hpp"

namespace faultpath::models {

/// Who the function is, and where its parts write down what happens. Holds no state of the model.
struct FunctionContext {
  FunctionContext(const DeviceSpec& device, const FunctionPlan& plan, const FunctionWiring& wiring)
      : spec(device),
        simulation(wiring.simulation),
        window(wiring.records.window),
        metrics(wiring.records.metrics),
        latencies(wiring.records.latencies),
        faults(wiring.records.faults),
        index(plan.index),
        pasids(plan.pasids),
        untranslated(plan.untranslated),
        page_size(plan.page_size),
        most_pages(device.pri.group),
        path(plan.path),
        journal(simulation, path) {}
  FunctionContext(const FunctionContext&) = delete;
  FunctionContext& operator=(const FunctionContext&) = delete;

  sim::Time now() const { return simulation.now(); }
  const char* name() const { return path.c_str(); }
  void start(sim::Process process) { simulation.start(std::move(process), name()); }
  sim::RandomStream stream(std::string_view purpose) const {
    return simulation.stream(path, purpose);
  }
  std::optional<Pasid> pasid_of(std::uint32_t context) const {
    if (!pasids) return std::nullopt;
    return pasid_of_context(context);
  }
  /// By which the translations of a context are told apart; without PASIDs all have one.
  std::uint32_t cache_tag(std::uint32_t context) const { return pasids ? context : 0; }

  const DeviceSpec& spec;
  sim::Simulation& simulation;
  const StatisticsWindow& window;
  DeviceMetrics& metrics;
  DeviceLatencies& latencies;
  FaultLog& faults;
  const DeviceIndex index;
  const bool pasids;
  const bool untranslated;
  const PageSize page_size;
  std::uint32_t most_pages;  ///< of an operation that are asked for at once
  const std::string path;
  Journal journal;
  DeviceStats stats;
};

}  // namespace faultpath::models
