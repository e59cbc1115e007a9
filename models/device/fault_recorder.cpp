// When a fault begins and ends, and what is recorded then.
#include "models/device/fault_recorder.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kFault{2, "fault"};
constexpr EntryKind kResolved{3, "fault resolved"};
constexpr EntryKind kRefused{9, "fault refused"};

}  // namespace

FaultId FaultRecorder::take(sim::Time missed) {
  return function_.faults.begin(function_.index.value, missed);
}

FaultId FaultRecorder::begin(sim::Time missed) {
  const FaultId fault = take(missed);
  count_begin();
  function_.journal.note(function_.now(), kFault, key(fault));
  return fault;
}

void FaultRecorder::end(const FaultId& fault, bool counted) {
  FaultLog::Clock& clock = function_.faults.clock(fault);
  clock.forget_after(function_.now());
  const auto [latency, spent] = clock.end(function_.now());
  function_.journal.note(function_.now(), kResolved, key(fault));
  if (counted) {
    function_.latencies.fault_latency.record(latency);
    for (std::size_t stage = 0; stage < function_.metrics.used_stages; ++stage) {
      function_.metrics.stages[stage].record(spent[stage]);
    }
    function_.metrics.profile.record(latency, spent);
  }
  release(fault);
}

void FaultRecorder::refuse(const FaultId& fault, bool counted) {
  function_.journal.note(function_.now(), kRefused, key(fault));
  function_.stats.faults_fatal += counted;
  release(fault);
}

}  // namespace faultpath::models
