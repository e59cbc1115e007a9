// When a fault begins and ends, and what is recorded then.
#include "models/device/fault_recorder.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kFault{2, "fault"};
constexpr EntryKind kResolved{3, "fault resolved"};
constexpr EntryKind kRefused{9, "fault refused"};

}  // namespace

FaultRecord& FaultRecorder::take(sim::Time missed) {
  FaultRecord& fault = records_.take();
  ++fault.serial;
  fault.clock.begin(missed, FaultStage::translate);
  return fault;
}

FaultRecord& FaultRecorder::begin(sim::Time missed) {
  FaultRecord& fault = take(missed);
  count_begin();
  function_.journal.note(function_.now(), kFault, fault.serial);
  return fault;
}

void FaultRecorder::release(FaultRecord& fault) {
  ++fault.serial;  // what still refers to it is stale
  records_.give(fault);
}

void FaultRecorder::end(FaultRecord& fault, bool counted) {
  const sim::Duration latency = fault.clock.end(function_.now());
  function_.journal.note(function_.now(), kResolved, fault.serial);
  if (counted) {
    function_.latencies.fault_latency.record(latency);
    for (std::size_t stage = 0; stage < kFaultStages; ++stage) {
      const sim::Duration spent = fault.clock.spent(static_cast<FaultStage>(stage));
      function_.metrics.stages[stage].record(spent);
    }
    function_.metrics.profile.record(latency, fault.clock.all_spent());
  }
  release(fault);
}

void FaultRecorder::refuse(FaultRecord& fault, bool counted) {
  function_.journal.note(function_.now(), kRefused, fault.serial);
  function_.stats.faults_fatal += counted;
  release(fault);
}

}  // namespace faultpath::models
