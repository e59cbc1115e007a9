// The control of a function: resets, the stop of its contexts, and the end of its work.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/device_services.hpp"
#include "models/base/wire.hpp"
#include "models/device/function_context.hpp"
#include "models/device/function_plan.hpp"
#include "models/device/lookahead.hpp"
#include "models/device/page_request_interface.hpp"
#include "models/device/service_state.hpp"
#include "sim/event.hpp"
#include "sim/process.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class DmaEngine;
class FaultAgent;
class Issuer;
class TranslationAgent;

/// Brings about what happens to a function from outside in mid-run, and ends it once all of its
/// operations have ended.
class FunctionControl {
 public:
  struct Neighbours {
    ServiceState& service;
    TranslationAgent& translation;
    FaultAgent& faults;
    DmaEngine& engine;
    Issuer& issuer;
    Lookahead& lookahead;
    PageRequestInterface& pri;
    Wire<UpMessage>& up;
    DeviceServices* services;
  };

  FunctionControl(FunctionContext& function, const Neighbours& neighbours,
                  std::vector<Incident> incidents);

  /// The devices start now. `finished` is called once the last operation has completed and, if they
  /// shall, the PASIDs have stopped.
  void start(sim::Handler finished);
  /// A reset that nobody has announced, of the interface too if it is that of a physical function.
  void reset_now(bool interface);
  /// What waits for credits or answers goes on without.
  void give_up();
  /// Begins the end if everything has been issued and translated, and nothing is being drained.
  void settle_end();

 private:
  sim::Process undergo_incidents();
  sim::Process undergo(Incident incident);
  sim::Task<> reset(const Incident& incident);
  void stop_context(const Incident& incident);
  void stop_issuing(std::uint32_t context);
  sim::Process drain(std::uint32_t context);
  sim::Task<> drain_now(std::uint32_t context);
  void send_stop_marker(std::uint32_t context);
  sim::Process wind_down();
  sim::Task<> stop_all();

  FunctionContext& function_;
  ServiceState& service_;
  TranslationAgent& translation_;
  FaultAgent& faults_;
  DmaEngine& engine_;
  Issuer& issuer_;
  Lookahead& lookahead_;
  PageRequestInterface& pri_;
  Wire<UpMessage>& up_;
  DeviceServices* services_;
  std::vector<Incident> incidents_;
  sim::Time epoch_{};  // when the devices started
  sim::Event ended_{"end of the device"};
  sim::Handler finished_;
};

}  // namespace faultpath::models
