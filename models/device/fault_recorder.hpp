// The records of the faults of one function.
#pragma once

#include "models/device/function_context.hpp"
#include "models/metrics/fault_log.hpp"

namespace faultpath::models {

/// A fault gets its record in the log when a translation is asked for that may fault, or when it
/// has faulted. It is given back once, by one of release(), end() and refuse().
class FaultRecorder {
 public:
  FaultRecorder(FunctionContext& function, StopControl& stop) : function_(function), stop_(stop) {}

  /// For a fault whose translation was asked for at `missed`, in case that it faults.
  FaultId take(sim::Time missed);
  /// A fault begins now, whose translation was asked for at `missed`.
  FaultId begin(sim::Time missed);
  /// A fault begins now, of which no record is needed, or one has been taken already.
  void count_begin() { stop_.fault_begun(function_.now()); }
  /// There was no fault, or it has been cut short.
  void release(const FaultId& fault) { function_.faults.release(fault); }
  /// The fault enters a stage now.
  void enter(const FaultId& fault, FaultStage stage) {
    FaultLog::enter(function_.faults.clock(fault), function_.now(), stage);
  }
  /// By what its next request refers to it: who has answered the one before may have taken the id
  /// back, and what comes late of that has no effect any more.
  FaultId next_round(const FaultId& fault) {
    const FaultId now = function_.faults.current(fault);
    return now == fault ? fault : function_.faults.take_back(now, function_.now());
  }
  /// The page translates. `counted`: the fault is in the statistics.
  void end(const FaultId& fault, bool counted);
  /// The fault has ended without a translation. It has no latency.
  void refuse(const FaultId& fault, bool counted);

 private:
  std::uint32_t key(const FaultId& fault) const {
    return function_.faults.current(fault).generation;
  }

  FunctionContext& function_;
  StopControl& stop_;
};

}  // namespace faultpath::models
