// The driver of the VT-d page request queue.
#pragma once

#include "models/iommu/queues/vtd_page_request_queue.hpp"
#include "models/kernel/prq/prq_thread.hpp"

namespace faultpath::models {

/// Source: Linux drivers/iommu/intel/prq.c. The head is written once, at the end of a batch; later
/// arrivals wait for the next run of the thread; the overflow flag is cleared only when the queue
/// is empty, together with all partial groups. A request with a non-canonical address, or with
/// permissions that do not go together, is answered Invalid if it is the last of its group, and
/// ignored otherwise; what came before of its group stays.
class VtdDriver final : public PrqThread {
 public:
  VtdDriver(const PrqSetting& setting, VtdPageRequestQueue& queue)
      : PrqThread(setting), queue_(queue) {}

 private:
  sim::Task<> run_once() override;
  void recover_from_overflow();
  bool is_malformed(const PageRequest& request) const;
  sim::Task<> refuse(PageRequest request);

  VtdPageRequestQueue& queue_;
};

}  // namespace faultpath::models
