// ATS unit: answers translation requests of devices.
#pragma once

#include <string>

#include "models/base/messages.hpp"
#include "models/iommu/fault_record_unit.hpp"
#include "models/iommu/translation_unit.hpp"
#include "models/iommu/unit_setting.hpp"

namespace faultpath::models {

/// Requests are answered in the order in which their walks end. Missing permission is a successful
/// answer (VT-d 7.1.2); Unsupported Request is for a function without a context.
class AtsUnit {
 public:
  AtsUnit(const UnitSetting& setting, TranslationUnit& translations, FaultRecordUnit& faults);

  void receive(const AtsRequest& request);

 private:
  sim::Process translate(AtsRequest request);
  bool refuse(const Lookup& lookup, const AtsRequest& request);
  AtsCompletion completion_of(const Lookup& lookup, const AtsRequest& request);
  void deliver(FunctionEntry& function, const AtsCompletion& completion);
  sim::Process deliver_late(Wire<DownMessage>& down, AtsCompletion completion);

  sim::Simulation& simulation_;
  const StatisticsWindow& window_;
  FunctionTable& functions_;
  TranslationUnit& translations_;
  FaultRecordUnit& faults_;
  const char* path_;
  std::string name_;
  sim::Duration response_delay_;  ///< of an unsuccessful translation behind an automatic answer
};

}  // namespace faultpath::models
