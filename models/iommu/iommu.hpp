// IOMMU: one unit for each of its tasks, and the messages between them, devices and software.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "models/base/journal.hpp"
#include "models/base/messages.hpp"
#include "models/base/progress_watch.hpp"
#include "models/base/window.hpp"
#include "models/base/wire.hpp"
#include "models/iommu/ats_unit.hpp"
#include "models/iommu/command_ring.hpp"
#include "models/iommu/fault_record_unit.hpp"
#include "models/iommu/function_table.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/iommu/iommu_stats.hpp"
#include "models/iommu/page_request_unit.hpp"
#include "models/iommu/stall_unit.hpp"
#include "models/iommu/translation_unit.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// One IOMMU of hardware. Devices reach it by receive(), software by IommuPort.
class Iommu final : public IommuPort, private CommandRing::Executor {
 public:
  /// `path` names it in streams, journal and reports: two in one simulation have two. `granule` is
  /// that of its tables.
  Iommu(sim::Simulation& simulation, const IommuSpec& spec, const StatisticsWindow& window,
        std::unique_ptr<PageRequestQueue> queue, const ConfigurationFormat& format,
        std::string path = "iommu", PageSize granule = {});

  /// Devices are attached in the order of their index. `down` is the way to the device.
  void attach(DeviceIndex device, Wire<DownMessage>& down, IoPageTable& table,
              const FunctionTraits& traits = {});
  /// Gives a PASID of a function a table of its own. From the first on, a PASID of the function
  /// that has none is not present; requests without PASID go by the function's table.
  void attach(DeviceIndex device, Pasid pasid, IoPageTable& table);
  /// The entry of the PASID is not present any more. What is cached of it in the device stays until
  /// software invalidates it.
  void detach(DeviceIndex device, Pasid pasid);
  /// To be told of every group that the queue answers itself.
  void connect(ProgressWatch& watch) { requests_.connect(watch); }
  /// Faults are marked in this log. Without one they are not marked.
  void connect(FaultLog& log) {
    requests_.connect(log);
    stalls_.connect(log);
  }

  /// A message of a device.
  void receive(const UpMessage& message);

  // What software does (IommuPort).

  const IommuTraits& traits() const override { return traits_; }
  PageRequestQueue& queue() override { return requests_.queue(); }
  void connect(InterruptTarget& target) override { requests_.connect(target); }
  void queue_changed() override { requests_.queue_changed(); }
  void interrupt() override { requests_.interrupt(); }
  FaultRecordUnit* fault_records() override { return faults_.queue() ? &faults_ : nullptr; }
  bool response_needs_pasid(const PageRequest& request) const override;
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) override;
  sim::Task<> invalidate_all(Originator who) override;
  void terminate_stream(DeviceIndex device) override;
  void resume_stream(DeviceIndex device) override;

  /// Software changes what is set up; `device` counts only where the action is about a function.
  /// Requires an action that the kind has.
  void apply(IommuAction action, DeviceIndex device);
  /// No device issues any more.
  void finish() { ring_.finish(); }

  std::size_t live_stalls() const { return stalls_.live(); }
  IommuStats& stats() { return stats_; }
  const FunctionStats& stats(DeviceIndex device) const { return functions_[device].stats; }

 private:
  UnitSetting setting(const IommuSpec& spec);
  struct Flush;
  sim::Task<> flush(Flush what);
  bool respond_at_once(DeviceIndex device, const PageResponse& response) override;
  sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) override;
  // As hardware, when it sees a descriptor.
  void invalidate_iotlb(IoPageTable& table, IovaPage first, std::uint64_t pages) override;
  void post(DeviceIndex device, const DeviceInvalidation& request) override;
  void post(DeviceIndex device, const GroupResponse& response) override;
  void timed_out(DeviceIndex device) override;

  sim::Simulation& simulation_;
  std::string path_;
  const PageSize granule_;
  Journal journal_;
  IommuKind kind_;
  IommuTraits traits_;
  const StatisticsWindow& window_;
  IommuStats stats_;
  FunctionTable functions_;
  FaultRecordUnit faults_;
  TranslationUnit translations_;
  AtsUnit ats_;
  PageRequestUnit requests_;
  StallUnit stalls_;
  CommandRing ring_;
};

}  // namespace faultpath::models
