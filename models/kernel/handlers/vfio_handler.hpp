// The handler of VFIO: pages are mapped, and perhaps pinned, as a strategy says.
#pragma once

#include "models/kernel/handlers/queued_handler.hpp"

namespace faultpath::models {

/// Source: Lu, [RFC PATCH v3] Add IOPF support for VFIO passthrough, 2021: iopf_handler(). Each
/// request of a group is served in order; the group gets one answer.
class VfioHandler final : public QueuedHandler {
 public:
  using QueuedHandler::QueuedHandler;

  sim::Task<ResponseCode> serve(IopfGroup& group, Worker& worker) override {
    return group.attachment.strategy->handle(*group.attachment.table, group.faults, worker);
  }
};

}  // namespace faultpath::models
