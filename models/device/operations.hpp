// The life of an operation from its issue to its end.
#pragma once

#include <cstdint>

#include "models/base/device_services.hpp"
#include "models/base/messages.hpp"
#include "models/base/wire.hpp"
#include "models/device/attempt.hpp"
#include "models/device/connections.hpp"
#include "models/device/function_context.hpp"
#include "models/device/issue_schedule.hpp"
#include "models/device/service_state.hpp"
#include "sim/distribution.hpp"
#include "sim/pool.hpp"
#include "sim/process.hpp"
#include "sim/signal.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class DmaEngine;
class DmaGate;
class FaultAgent;
class Issuer;
class TranslationAgent;
struct TranslationWindow;

/// Tells what becomes of each operation: its pages hit, or it waits for their translations, and
/// where a page is absent it waits, is dropped and transmitted again, is diverted to the backup
/// ring, or fails. Where a policy acts, all of this lies between the two waits for it. Asking is
/// left to the translation agent and the fault agent.
class Operations {
 public:
  struct Neighbours {
    ServiceState& service;
    TranslationAgent& translation;
    FaultAgent& faults;
    DmaEngine& engine;
    Issuer& issuer;
    Lookahead& lookahead;
    DmaGate& gate;
    const Wire<UpMessage>& up;
    Wire<DownMessage>& down;
    DeviceServices* services;
  };

  Operations(FunctionContext& function, const Neighbours& neighbours);

  /// An operation is issued at `at`, which may be ahead of the clock. True when all of its pages
  /// hit: then its transfer has begun.
  bool begin(const Operation& operation, const IssueSchedule::Slot& slot, sim::Time at);
  /// The host has copied an operation out of the backup ring.
  void ring(const BackupRingDoorbell& doorbell) { copies_[doorbell.tag].rung.raise(); }

 private:
  void pass_gate(const Operation& operation, const IssueSchedule::Slot& slot);
  sim::Process pass_gate(Attempt attempt);
  void miss(const Operation& operation, const IssueSchedule::Slot& slot, IovaPage page);
  sim::Process serve(Attempt attempt, IovaPage page);
  void conclude(Attempt attempt, Course course, sim::Time at);

  Course denied(Attempt& attempt, const TranslationWindow& window);
  Course react(Attempt& attempt, sim::Time at);

  void lose(Attempt& attempt, sim::Time at);
  Attempt again(const Attempt& attempt);
  sim::Process retransmit(Attempt attempt, sim::Time at);
  sim::Process hold_back(Attempt attempt, sim::Time until);
  void transmit_again(Attempt attempt);
  sim::Process reissue(Attempt attempt);
  void begin_again(Attempt attempt);

  void divert(Attempt& attempt, sim::Time at);
  sim::Task<> copy_back(const Attempt& attempt);

  /// An operation that the host copies out of the backup ring.
  struct Copy {
    sim::Signal rung;
  };

  FunctionContext& function_;
  TranslationAgent& translation_;
  DmaEngine& engine_;
  FaultAgent& faults_;
  ServiceState& service_;
  Lookahead& lookahead_;
  DmaGate& gate_;
  Issuer& issuer_;
  const Wire<UpMessage>& up_;
  Wire<DownMessage>& down_;
  DeviceServices* services_;
  Connections connections_;
  sim::Distribution notice_;
  sim::RandomStream notice_stream_;
  double copy_bandwidth_;   // bytes/s, of what is diverted
  sim::Pool<Copy> copies_;  // by the tag of their doorbell
};

}  // namespace faultpath::models
