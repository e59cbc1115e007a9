// Draining the page request queue, the work queue and the answers, in this order.
#include "models/kernel/prq/drain_procedure.hpp"

namespace faultpath::models {

sim::Task<> DrainProcedure::drain(Originator who) {
  while (thread_.has_request_of(who)) {
    thread_.look();
    co_await thread_.progress();
  }
  co_await work_.flush();
  for (;;) {
    co_await iommu_.invalidate_all(who);
    if (!iommu_.queue().overflow()) co_return;
    thread_.look();
    co_await thread_.progress();
  }
}

sim::Task<> DrainProcedure::quiesce(Originator who) {
  iommu_.terminate_stream(who.device);
  co_await iommu_.invalidate_all(who);
  co_await drain(who);
  if (!who.pasid) co_await core_.remove(who.device);
  iommu_.resume_stream(who.device);
}

}  // namespace faultpath::models
