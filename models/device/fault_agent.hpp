// The fault agent of a function: it asks for absent pages through the page request interface.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/base/wire.hpp"
#include "models/device/attempt.hpp"
#include "models/device/fault_asker.hpp"
#include "models/device/fault_recorder.hpp"
#include "models/device/function_context.hpp"
#include "models/device/miss_table.hpp"
#include "models/device/page_request_interface.hpp"
#include "models/device/reactions/fault_reaction.hpp"
#include "models/device/service_state.hpp"
#include "models/device/translation_agent.hpp"
#include "sim/distribution.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// Takes credits, sends groups, waits for their answers and asks for the translations again;
/// decides what the device does with an operation of which a page is absent.
class FaultAgent {
 public:
  struct Neighbours {
    const ServiceState& service;
    FaultRecorder& records;
    TranslationAgent& translation;
    Lookahead& lookahead;
    PageRequestInterface& pri;
    Wire<UpMessage>& up;
    const Wire<DownMessage>& down;
    FaultAsker* asker;  ///< null: it sends page requests
  };

  FaultAgent(FunctionContext& function, const Neighbours& neighbours,
             std::vector<PageRange> nonfaultable);

  /// What the device does with an operation of which a page is absent. Where the interface has
  /// failed, it aborts.
  Reaction choose(const Operation& operation) {
    return pri_.failed() ? Reaction::abort : reaction_->choose(operation);
  }
  /// How what it drops comes again.
  Retransmission retransmission() const { return reaction_->retransmission(); }
  Diversion diversion() const { return reaction_->diversion(); }
  /// An operation that was diverted has left the backup ring.
  void release_diverted() { reaction_->release(); }
  /// One of the absent pages of the window is one on which the device cannot fault.
  bool cannot_fault(const TranslationWindow& window) const;
  /// A fault of an operation issued at `issued` that begins and ends here, without a request.
  void fail_unasked(sim::Time issued);
  /// The pages of the window are being asked for. Others who wait for one of them go on where the
  /// device may do something else with their operations than wait.
  void begin(TranslationWindow& window);
  /// From the first answer without permission, asked for at `missed`, until every page of the
  /// window translates. False when the answer to a group is not Success, when the interface takes
  /// no more requests, or when a reset or the end of the context comes between.
  sim::Task<bool> resolve(TranslationWindow& window, const Attempt& attempt, bool counted,
                          sim::Time missed);
  /// A response of the IOMMU. One that matches no group is dropped, and its group, if it had one,
  /// goes on waiting (Status.UPRGI, PCIe 10.4.2.2).
  void receive(const GroupResponse& response);

  FunctionNumber number() const { return number_; }
  /// The context of this function, as the interface knows it.
  Requester requester(std::uint32_t context) const {
    return {number_, function_.pasid_of(context).value_or(Pasid{})};
  }

 private:
  /// Requests have been sent, at this time.
  void count_sent(std::uint32_t requests);
  /// Requests that were sent at `since` are not outstanding any more.
  void count_ended(std::uint32_t requests, sim::Time since);
  void send_group(const TranslationWindow& window, const Operation& operation, bool counted,
                  PrgIndex index, const FaultId& fault);

  FunctionContext& function_;
  PageRequestInterface& pri_;
  FaultRecorder& records_;
  TranslationAgent& translation_;
  const ServiceState& service_;
  Lookahead& lookahead_;
  Wire<UpMessage>& up_;
  FaultAsker* asker_;
  std::unique_ptr<FaultReaction> reaction_;
  FunctionNumber number_;
  std::vector<PageRange> nonfaultable_;
  sim::Distribution retry_delay_;
  sim::RandomStream retry_stream_;
};

}  // namespace faultpath::models
