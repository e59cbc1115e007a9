// Wiring a guest.
#include "models/guest/guest.hpp"

#include <fmt/format.h>

#include "models/guest/viommu_kinds.hpp"
#include "models/guest/viommus/queueless_iommu.hpp"

namespace faultpath::models {
namespace {

constexpr std::size_t place(FaultStage stage) { return static_cast<std::size_t>(stage); }

// The stages that the guest's kernel is in, where the same class on a host is in its own.
constexpr StageMap stages_of_guests() {
  StageMap stages{};
  for (std::size_t i = 0; i < kFaultStages; ++i) stages[i] = static_cast<FaultStage>(i);
  stages[place(FaultStage::report)] = FaultStage::guest_report;
  stages[place(FaultStage::work_queue)] = FaultStage::guest_work_queue;
  stages[place(FaultStage::handle)] = FaultStage::guest_handle;
  stages[place(FaultStage::respond)] = FaultStage::guest_respond;
  return stages;
}
constexpr StageMap kStages = stages_of_guests();

// The time of a delivery is that of the receipt by a virtual CPU.
HostSpec spec_of_kernel(const GuestSpec& spec) {
  HostSpec kernel;
  kernel.memory = spec.memory;
  kernel.cores = spec.vcpus.count;
  kernel.era = spec.era;
  kernel.interrupt = {sim::ConstantSpec{}, spec.interrupt.wake_up, spec.interrupt.per_request};
  kernel.work_queue = spec.work_queue;
  kernel.submit = spec.submit;
  kernel.page_fault = spec.page_fault;
  kernel.swap = spec.swap;
  kernel.map_cost = spec.map_cost;
  kernel.reclaim = spec.reclaim;
  return kernel;
}

}  // namespace

Guest::Guest(const GuestHost& host, const GuestSpec& spec, const std::string& path, HostPool* pool)
    : host_(host),
      spec_(spec),
      path_(path),
      kernel_spec_(spec_of_kernel(spec)),
      virtual_cpus_(host.simulation, spec.vcpus, host.window, path + "/virtual CPUs", pool),
      mapping_(host.simulation, host.window, path + "/mappings"),
      memory_(host.simulation, kernel_spec_, host.store, virtual_cpus_, host.window,
              path + "/memory"),
      vmm_({host.simulation, spec.vmm, host.cores, virtual_cpus_, vmm_lock_, host.kernel.core(),
            host.iommu, host.window, path + "/VMM", has_file_per_device(spec.viommu)}),
      viommu_(make_viommu(
          spec.viommu,
          {host.simulation, host.iommu, vmm_, host.cores, virtual_cpus_, spec.vmm.interrupt,
           host.walk.host.work_queue.wake_up, path + "/virtual IOMMU"})),
      kernel_({.simulation = host.simulation,
               .path = path,
               .spec = kernel_spec_,
               .processor = virtual_cpus_,
               .iommu = port(),
               .make_prq = host_kind_of(spec.viommu) ? host.make_prq : make_no_driver}) {
  vmm_.connect(*viommu_);
  if (spec.vmm.other_work) {
    other_work_.emplace(VmmOtherWorkSetting{host.simulation, *spec.vmm.other_work, host.cores,
                                            vmm_lock_, host.window, vmm_.stats().other_work,
                                            path + "/VMM/other work"});
  }
  if (spec.cpu_second_stage) {
    cpu_second_stage_.emplace(CpuSecondStageSetting{host.simulation, *spec.cpu_second_stage,
                                                    virtual_cpus_, host.kernel.work_queue(), vmm_,
                                                    path + "/CPU second stage"});
  }
}

void Guest::connect(FaultLog& log) {
  vmm_.connect(log);
  viommu_->connect_log(log);
  kernel_.connect(log, &kStages);
}

void Guest::back_by(IoPageTable& second_stage, MemoryStrategy& backing) {
  NestedSetting walk = host_.walk;
  walk.host_path = path_;
  router_.emplace(GuestRouterSetting{walk, host_.kernel.core(), host_.kernel.work_queue(),
                                     vmm_.costs(), vmm_.groups(), second_stage, backing});
}

void Guest::migrate(ProcessMemory& vmm) {
  migration_.emplace(MigrationSetting{{host_.simulation, *spec_.migration, host_.cores,
                                       host_.walk.memory, vmm, host_.window, path_ + "/migration"},
                                      virtual_cpus_,
                                      spec_.vcpus.count});
}

void Guest::attach(Originator who, IoPageTable& table, MemoryStrategy& strategy) {
  if (!viommu_->bypasses_host()) {
    GuestFile& file = vmm_.file_of(who);
    FaultHandler& handler = router_ ? router_->before(file) : file;
    host_.kernel.attach(who, table, strategy, handler);
    attachments_.push_back({who, &table, &strategy, &handler});
  }
  MemoryStrategy& serving =
      cpu_second_stage_ ? cpu_second_stage_->around(strategy, context()) : strategy;
  kernel_.attach(who, table, serving, HandlerKind::mm);
}

// For each an entry of the guest's PASID table, and an exit in which the VMM shadows it. No
// translation of an entry that was absent is anywhere, so that the host has nothing to forget.
sim::Task<> Guest::bind(const IoPageTable& table, Worker& worker) {
  if (spec_.bind == BindPasids::before) co_return;
  RandomCost descriptor(host_.simulation, spec_.submit, path_,
                        fmt::format("binding {}", table.tag()));
  for (const GuestAttachment& each : attachments_) {
    if (each.table != &table) continue;
    behaviour_.pasid_changes += vmm_.counts();
    worker.charge(descriptor());
    const sim::SemaphoreUnit locked = co_await vmm_.invalidations().shadow(worker);
  }
}

GuestExits& Guest::exits() {
  GuestExits* const own = viommu_->exits();
  return own != nullptr ? *own : requests_;
}

IommuPort& Guest::port() {
  if (!BrokenAnswers::concerns(spec_.behaviour)) return *viommu_;
  return answers_.emplace(host_.simulation, spec_.behaviour, *viommu_, host_.window, behaviour_,
                          path_ + "/broken answers");
}

void Guest::start() {
  activity_ = make_activity(
      spec_.behaviour, {host_.simulation, virtual_cpus_, *viommu_, vmm_, host_.kernel, host_.iommu,
                        attachments_, spec_.submit, behaviour_, path_ + "/activity"});
  if (activity_ != nullptr) activity_->start();
  if (other_work_) other_work_->start();
}

void Guest::stop() {
  if (activity_ != nullptr) activity_->stop();
  if (other_work_) other_work_->stop();
}

StrategyContext Guest::context() {
  return {host_.simulation,
          kernel_spec_,
          memory_,
          mapping_,
          *viommu_,
          virtual_cpus_,
          host_.window,
          sim::mean_of(spec_.submit),
          viommu_->traits().software_sets_dirty,
          host_.arm_tables};
}

}  // namespace faultpath::models
