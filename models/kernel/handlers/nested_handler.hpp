// Faults of the second stage: what the host does before a guest is asked about its first stage.
#pragma once

#include "models/kernel/handlers/queued_handler.hpp"
#include "models/kernel/second_stage.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// Requires spaces with guest memory on demand. For each request of a group, in order, it finds out
/// what the walk misses first, and brings it if it is a guest page, data or table. The other
/// requests go to the strategy of the attachment, which maps the first stage, together. The group
/// is answered once: Success, or Invalid as soon as one request cannot be served.
class NestedHandler final : public QueuedHandler {
 public:
  NestedHandler(IopfCore& core, WorkQueue& queue, const NestedSetting& setting)
      : QueuedHandler(core, queue), second_stage_(setting) {}

  SecondStage& second_stage() { return second_stage_; }
  void attach(GuestMemory& guest) { second_stage_.attach(guest); }

  sim::Task<ResponseCode> serve(IopfGroup& group, Worker& worker) override;

  ServiceStats served(DeviceIndex device) const { return second_stage_.served(device); }

 private:
  SecondStage second_stage_;
};

}  // namespace faultpath::models
