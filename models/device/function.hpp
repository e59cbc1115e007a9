// Function: one function of a PCIe device; its parts, and what goes to which.
#pragma once

#include <memory>
#include <string>

#include "models/base/wire.hpp"
#include "models/device/device_spec.hpp"
#include "models/device/dma_engine.hpp"
#include "models/device/dma_gate.hpp"
#include "models/device/fault_agent.hpp"
#include "models/device/fault_asker.hpp"
#include "models/device/fault_recorder.hpp"
#include "models/device/function_context.hpp"
#include "models/device/function_control.hpp"
#include "models/device/function_plan.hpp"
#include "models/device/issuer.hpp"
#include "models/device/lookahead.hpp"
#include "models/device/operations.hpp"
#include "models/device/page_request_interface.hpp"
#include "models/device/service_state.hpp"
#include "models/device/translation_agent.hpp"

namespace faultpath::models {

/// Issues DMA operations, translates them through its address translation cache, and asks for
/// absent pages. `up()` leads to the IOMMU, `down()` from it to here.
///
///     Issuer -> Operations -> DmaEngine               all pages hit
///                          -> TranslationAgent        a page misses: ATS
///                          -> FaultAgent              a page is absent: PRI
///     DmaGate                                         software before and after, with a policy
///     FunctionControl                                 resets, stops, the end
///     Lookahead                                       how far ahead of the clock all of this may
///     be
///
/// The parts know each other by reference, as the neighbours that each names.
class Function {
 public:
  /// `spec` outlives the function.
  Function(const DeviceSpec& spec, FunctionPlan plan, const FunctionWiring& wiring);
  Function(const Function&) = delete;
  Function& operator=(const Function&) = delete;

  Wire<UpMessage>& up() { return up_; }
  Wire<DownMessage>& down() { return down_; }

  /// Begins to issue. `finished` is called once the last operation has completed. `revocable`:
  /// translations can be taken away.
  void start(sim::Handler finished, bool revocable);
  /// A function level reset now, of the physical function and its interface, or of a virtual one.
  /// Nothing while one is under way, or when all work is done. Requires that the function does not
  /// run ahead of the clock.
  void reset(bool physical) { control_.reset_now(physical); }
  /// Operations that wait for credits or answers fail. Their groups stay outstanding.
  void give_up() { control_.give_up(); }

  const std::string& path() const { return context_.path; }
  const DeviceStats& stats() const { return context_.stats; }
  bool untranslated() const { return context_.untranslated; }
  const PageRequestInterface& page_requests() const { return *pri_; }
  /// For the virtual functions that share it.
  std::shared_ptr<PageRequestInterface> interface() const { return pri_; }

 private:
  void receive(const DownMessage& message);

  // What every fault touches comes first, so that it lies on few cache lines.
  FunctionContext context_;
  std::shared_ptr<PageRequestInterface> pri_;  // of this function, or of its physical function
  ServiceState service_;
  TranslationAgent translation_;
  FaultRecorder records_;
  Lookahead lookahead_;
  std::unique_ptr<FaultAsker> asker_;  // null: page requests
  FaultAgent faults_;
  Operations operations_;
  DmaEngine engine_;
  DmaGate gate_;
  Issuer issuer_;
  IssueSchedule schedule_;
  Wire<UpMessage> up_;
  Wire<DownMessage> down_;
  FunctionControl control_;
};

}  // namespace faultpath::models
