// The records of the faults of one function.
#pragma once

#include "models/device/function_context.hpp"
#include "models/metrics/fault_record.hpp"
#include "sim/pool.hpp"

namespace faultpath::models {

/// A record is taken when a translation is asked for that may fault, or when it has faulted. It is
/// given back once, by one of release(), end() and refuse().
class FaultRecorder {
 public:
  FaultRecorder(FunctionContext& function, StopControl& stop) : function_(function), stop_(stop) {}

  /// For a fault whose translation was asked for at `missed`, in case that it faults.
  FaultRecord& take(sim::Time missed);
  /// A fault begins now, whose translation was asked for at `missed`.
  FaultRecord& begin(sim::Time missed);
  /// A fault begins now, of which no record is needed, or one has been taken already.
  void count_begin() { stop_.fault_begun(function_.now()); }
  /// There was no fault, or it has been cut short.
  void release(FaultRecord& fault);
  /// The page translates. `counted`: the fault is in the statistics.
  void end(FaultRecord& fault, bool counted);
  /// The fault has ended without a translation. It has no latency.
  void refuse(FaultRecord& fault, bool counted);

 private:
  sim::Pool<FaultRecord> records_;
  FunctionContext& function_;
  StopControl& stop_;
};

}  // namespace faultpath::models
