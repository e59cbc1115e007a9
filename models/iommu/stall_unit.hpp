// Stall unit: untranslated accesses, which an SMMU may hold while software resolves their faults.
#pragma once

#include <optional>
#include <string>

#include "models/base/messages.hpp"
#include "models/iommu/fault_record_unit.hpp"
#include "models/iommu/page_request_unit.hpp"
#include "models/iommu/stall_table.hpp"
#include "models/iommu/translation_unit.hpp"
#include "models/iommu/unit_setting.hpp"
#include "sim/event.hpp"
#include "sim/semaphore.hpp"

namespace faultpath::models {

/// An access that faults stalls here if its stream may (CD.S, IDR0.STALL_MODEL), and is terminated
/// otherwise. A retry begins as if the access had just arrived. With the storage for stalls full an
/// access that faults waits for a place, and keeps later ones out.
class StallUnit {
 public:
  StallUnit(const UnitSetting& setting, TranslationUnit& translations, PageRequestUnit& requests,
            FaultRecordUnit& faults);

  void receive(const UntranslatedAccess& access);

  /// Faults are marked in this log.
  void connect(FaultLog& log) { marks_.connect(log); }

  // Commands; without effect where nothing stalls.

  /// CMD_RESUME: the stall of this tag retries or aborts, if it is one of this stream.
  void resume(DeviceIndex device, PrgIndex stag, ResponseCode code);
  /// CMD_STALL_TERM, behind a stream table entry that terminates what comes (4.7.2).
  void terminate_stalls(DeviceIndex device);

  /// Accesses stall, by the kind; else they are terminated.
  bool stalls() const { return spec_.has_value(); }
  /// Stalls that no command has ended.
  std::size_t live() const { return stalls_.live(); }

 private:
  /// The stall that an access is in, if it is.
  struct Held {
    std::optional<PrgIndex> stag;
    sim::Time since{};
    bool suppressed = false;  ///< it has been without a record
  };

  sim::Process serve(UntranslatedAccess access);
  sim::Task<bool> attempt(UntranslatedAccess& access, Held& held, AtsCompletion& answer);
  bool grant(const Lookup& lookup, const PageTableEntry& entry, AtsCompletion& answer);
  bool may_stall(const UntranslatedAccess& access) const;
  sim::Task<bool> enter(const UntranslatedAccess& access, Held& held);
  bool go_on(UntranslatedAccess& access, Held& held, StallEnd how, AtsCompletion& answer);
  void terminate(AtsCompletion& answer, StallEnd how) const;
  void log(const UntranslatedAccess& access);
  void hold(const UntranslatedAccess& access, Held& held);
  sim::Process retry_early(PrgIndex stag);
  void report(const UntranslatedAccess& access, const WalkMiss& miss, Held& held);
  void leave(UntranslatedAccess& access, const Held& held);
  void take_fault_back(UntranslatedAccess& access, const Held& held);
  void end(DeviceIndex device, PrgIndex stag, StallEnd how);

  sim::Simulation& simulation_;
  FunctionTable& functions_;
  TranslationUnit& translations_;
  PageRequestUnit& requests_;
  FaultRecordUnit& faults_;
  std::optional<SmmuStallSpec> spec_;  ///< none: accesses are terminated
  FaultMarks marks_;
  const char* path_;
  std::string access_name_, retry_name_, storage_name_;
  StallTable stalls_;
  sim::Semaphore storage_;
  sim::Event room_;  ///< pulses when nobody waits for storage any more
};

}  // namespace faultpath::models
