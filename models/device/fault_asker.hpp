// How a device asks for absent pages where it does not send page requests.
#pragma once

#include "models/base/device_services.hpp"
#include "models/base/messages.hpp"
#include "models/base/wire.hpp"
#include "models/device/attempt.hpp"
#include "models/device/dma_engine.hpp"
#include "models/device/fault_recorder.hpp"
#include "models/device/function_context.hpp"
#include "models/device/lookahead.hpp"
#include "models/device/miss_table.hpp"
#include "sim/pool.hpp"
#include "sim/signal.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// What is asked for, and for whom.
struct Question {
  const TranslationWindow& window;
  const Attempt& attempt;
  bool counted = false;
  FaultId fault;
};

/// Variants: one file each. The host's answer is a doorbell on the way down.
class FaultAsker {
 public:
  struct Neighbours {
    FaultRecorder& records;
    Lookahead& lookahead;
    const DmaEngine& engine;
    Wire<DownMessage>& down;
    DeviceServices* services;
  };

  FaultAsker(FunctionContext& function, const Neighbours& neighbours)
      : function_(function), neighbours_(neighbours) {}
  FaultAsker(const FaultAsker&) = delete;
  FaultAsker& operator=(const FaultAsker&) = delete;
  virtual ~FaultAsker() = default;

  /// Asks for absent pages of the window, and returns when the device may ask for their
  /// translations again. False when software could not bring them. The device may have been reset
  /// meanwhile.
  virtual sim::Task<bool> ask(Question question) = 0;
  /// Pages of an operation that are asked for at once, at most.
  virtual std::uint32_t most_pages() const = 0;

  void ring(const ResumeDoorbell& doorbell) { calls_[doorbell.tag].rung.raise(); }

 protected:
  /// From the notice of software to the doorbell.
  sim::Task<bool> call(PageEvent event);
  /// The event of the pages from the first that is absent to `last`.
  PageEvent event_of(const Question& question, IovaPage last) const;

  FunctionContext& function_;
  Neighbours neighbours_;

 private:
  struct Call {
    sim::Signal rung;
  };
  sim::Pool<Call> calls_;  // by the tag of their doorbell
};

/// The first page of the window that is absent. Requires that one is.
IovaPage first_absent(const TranslationWindow& window);
/// The last one.
IovaPage last_absent(const TranslationWindow& window);

}  // namespace faultpath::models
