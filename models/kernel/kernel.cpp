// Wiring a kernel.
#include "models/kernel/kernel.hpp"

#include <algorithm>

#include "models/iommu/fault_record_unit.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

/// WQ_DFL_MIN_ACTIVE: no node gets less (Linux 7.1, include/linux/workqueue.h).
constexpr std::uint32_t kLeastOfANode = 8;

bool serves_inline(const HostSpec& spec) {
  return spec.iopf.service == GroupService::interrupt_thread;
}

}  // namespace

// Every group is queued by the interrupt thread, and so served on its node.
std::uint32_t groups_in_work(const HostSpec& spec) {
  const EraRules& era = rules_of(spec.era);
  const std::uint32_t all = spec.work_queue.max_active.value_or(era.max_active);
  if (!era.nodes_share_max_active) return all;
  const std::uint32_t nodes = spec.work_queue.nodes;
  return std::clamp((all + nodes - 1) / nodes, std::min(kLeastOfANode, all), all);
}

Kernel::Kernel(const KernelSetting& setting)
    : setting_(setting),
      work_queue_(setting.simulation, setting.processor, groups_in_work(setting.spec),
                  setting.spec.work_queue.wake_up, setting.path + "/fault core",
                  setting.path + "/fault work"),
      core_({setting.simulation, setting.spec.submit, setting.iommu, attachments_,
             setting.route.route(), setting.spec.era, setting.path, setting.spec.iopf}),
      mm_(core_, work_queue_),
      vfio_(core_, work_queue_),
      prq_(setting.make_prq(
          {setting.simulation, setting.spec.interrupt, setting.processor, setting.iommu, core_,
           setting.path, serves_inline(setting.spec) ? &inline_work_ : nullptr},
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
  if (FaultRecordUnit* const unit = setting.iommu.fault_records()) {
    fault_records_.emplace(FaultRecordSetting{setting.simulation, setting.processor,
                                              setting.spec.interrupt, setting.per_fault_record,
                                              *unit->queue(), setting.path});
    unit->connect(*fault_records_);
  }
  if (!serves_inline(setting.spec)) return;
  mm_.serve_with(inline_work_);
  vfio_.serve_with(inline_work_);
  if (nested_) nested_->serve_with(inline_work_);
}

void Kernel::attach(Originator who, IoPageTable& table, MemoryStrategy& strategy,
                    HandlerKind kind) {
  attachments_.attach(who,
                      {&table, &strategy, handler(kind, who, table), kind == HandlerKind::user});
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
