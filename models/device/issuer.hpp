// The issuer of a function: which operation begins next, and when.
#pragma once

#include <cstdint>

#include "models/device/function_context.hpp"
#include "models/device/issue_schedule.hpp"
#include "models/device/lookahead.hpp"
#include "models/device/service_state.hpp"
#include "models/device/stop_control.hpp"

namespace faultpath::models {

class FunctionControl;
class Operations;

/// Issues the operations of all contexts in order of time: as many as the look-ahead allows at
/// once, the next one by an event at its time. An operation goes before every other event of its
/// time.
class Issuer {
 public:
  struct Neighbours {
    const ServiceState& service;
    Lookahead& lookahead;
    StopControl& stop;
    Operations& operations;
    FunctionControl& control;
  };

  Issuer(FunctionContext& function, const Neighbours& neighbours, IssueSchedule& schedule);

  /// Issues what may be issued now. To be called after everything that may let it go on: an
  /// operation has ended, the function is in service again, a context has stopped.
  void advance();
  /// Nothing will be issued, unless an operation under way ends.
  bool has_nothing_left() const { return over_ || !schedule_.next(); }

 private:
  void on_issue_event();
  bool comes(const IssueSchedule::Slot& slot) const;
  void arm(sim::Time at);
  /// A closed loop in which operations end in no time would issue for ever.
  void watch_moment(sim::Time at) {
    if (at == moment_) return watch_repetition();
    moment_ = at;
    in_moment_ = 0;
  }
  void watch_repetition();

  FunctionContext& function_;
  IssueSchedule& schedule_;
  const ServiceState& service_;
  Lookahead& lookahead_;
  StopControl& stop_;
  Operations& operations_;
  FunctionControl& control_;
  sim::Rank rank_;
  bool advancing_ = false;
  bool armed_ = false;                  // an event will issue the next one
  bool over_ = false;                   // the run has ended: nothing is issued any more
  sim::Time moment_ = sim::kEndOfTime;  // of the last issue
  std::uint64_t in_moment_ = 0;         // further issues at that time
};

}  // namespace faultpath::models
