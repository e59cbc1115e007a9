// Wiring a kernel.
#include "models/kernel/kernel.hpp"

#include "sim/ensure.hpp"

namespace faultpath::models {

std::uint32_t groups_in_work(const HostSpec& spec) {
  return spec.work_queue.max_active.value_or(rules_of(spec.era).max_active);
}

Kernel::Kernel(const KernelSetting& setting)
    : setting_(setting),
      work_queue_(setting.simulation, setting.processor, groups_in_work(setting.spec),
                  setting.spec.work_queue.wake_up, setting.path + "/fault core",
                  setting.path + "/fault work"),
      core_({setting.simulation, setting.spec.submit, setting.iommu, attachments_,
             setting.route.route(), setting.spec.era, setting.path}),
      mm_(core_, work_queue_),
      vfio_(core_, work_queue_),
      prq_(setting.make_prq({setting.simulation, setting.spec.interrupt, setting.processor,
                             setting.iommu, core_, setting.path},
                            setting.iommu.queue())),
      drains_(*prq_, work_queue_, core_, setting.iommu) {
  if (setting.nested) nested_.emplace(core_, work_queue_, *setting.nested);
  if (setting_.route.user() != nullptr) {
    user_.emplace(UserFaultsSetting{setting.simulation, setting.processor, core_, work_queue_,
                                    nested_ ? &nested_->second_stage() : nullptr, setting_.route,
                                    setting_.handling, setting.path});
    changes_.emplace(attachments_, *user_, setting.processor);
  }
  setting.iommu.connect(*prq_);
}

void Kernel::attach(Originator who, IoPageTable& table, MemoryStrategy& strategy,
                    HandlerKind kind) {
  attachments_.attach(who, {&table, &strategy, handler(kind, who, table)});
  if (nested_) nested_->attach(*table.guest);
}

FaultHandler* Kernel::handler(HandlerKind kind, Originator who, const IoPageTable& table) {
  switch (kind) {
    case HandlerKind::none:
      return nullptr;
    case HandlerKind::mm:
      return &mm_;
    case HandlerKind::vfio:
      return &vfio_;
    case HandlerKind::nested:
      ENSURE(nested_.has_value(), "a second stage that misses has its handler");
      return &*nested_;
    case HandlerKind::user:
      ENSURE(user_.has_value(), "the route goes to user space");
      return &user_->queue_of(who.device, table);
  }
  return nullptr;
}

}  // namespace faultpath::models
