// The handler of shared virtual addressing: handle_mm_fault() on the table of a process.
#pragma once

#include "models/kernel/handlers/queued_handler.hpp"

namespace faultpath::models {

/// Source: Linux, iommu_sva_handle_iopf(): each request in order, under the mmap lock for reading;
/// a group stops at the first that cannot be served.
class MmHandler final : public QueuedHandler {
 public:
  using QueuedHandler::QueuedHandler;

  sim::Task<ResponseCode> serve(IopfGroup& group, Worker& worker) override {
    return group.attachment.strategy->handle(*group.attachment.table, group.faults, worker);
  }
};

}  // namespace faultpath::models
