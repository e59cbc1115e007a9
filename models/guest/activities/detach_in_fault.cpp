// Away, and back.
#include "models/guest/activities/detach_in_fault.hpp"

namespace faultpath::models {

sim::Task<> DetachInFault::act(Worker& worker) {
  const std::optional<GuestAttachment> what = that_faults();
  if (!what) co_return;
  co_await detach(*what, worker);
  co_await worker.pay();
  worker.leave();
  co_await setting_.simulation.delay(away_, {"a PASID that is away", setting_.path.c_str()});
  co_await worker.enter();
  charge_descriptor(worker);
  const sim::SemaphoreUnit locked = co_await setting_.vmm.invalidations().shadow(worker);
  setting_.stats.pasid_changes += counts();
  setting_.host.attach(what->who, *what->table, *what->strategy, *what->handler);
}

std::optional<GuestAttachment> DetachInFault::that_faults() {
  for (std::size_t i = 0; i < setting_.attachments.size(); ++i) {
    const GuestAttachment& each = next_attachment();
    if (setting_.vmm.file_of(each.who).waiting() > 0) return each;
  }
  return std::nullopt;
}

sim::Task<> DetachInFault::detach(const GuestAttachment& what, Worker& worker) {
  charge_descriptor(worker);
  const sim::SemaphoreUnit locked = co_await setting_.vmm.invalidations().shadow(worker);
  setting_.stats.pasid_changes += counts();
  GuestFile& file = setting_.vmm.file_of(what.who);
  if (counts()) setting_.stats.groups_detached += file.waiting();
  const AttachHandle handle = setting_.host.attachments().find(what.who)->handle;
  setting_.host.detach(what.who);
  file.take_back(std::nullopt);
  co_await file.file.answer_invalid(handle, worker);
  setting_.vmm.forget(file);
  co_await worker.pay();
  co_await setting_.iommu.invalidate_all(what.who);
}

}  // namespace faultpath::models
