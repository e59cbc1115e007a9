// A function of a device, and the host's software behind it.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "models/assembly/host_tables.hpp"
#include "models/base/access_observer.hpp"
#include "models/base/device_services.hpp"
#include "models/base/dma_policy.hpp"
#include "models/cpu/worker.hpp"
#include "models/device/function.hpp"
#include "models/kernel/paging/page_events.hpp"
#include "models/kernel/prq/drain_procedure.hpp"
#include "models/memory/io_page_table.hpp"
#include "models/strategy/dma_strategy.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// What a function calls of the host: the strategy of its address space hears which pages it uses,
/// acts before and after each operation if it is of that sort, the kernel drains what it has asked
/// for, a thread copies out of its backup ring, and its driver or its process brings the pages of
/// which it tells.
class FunctionSoftware final : public AccessObserver, public DeviceServices, public DmaPolicy {
 public:
  /// `tables`: of each of its PASIDs, or one for all requests. `events`: of on-demand paging, or
  /// null.
  FunctionSoftware(Processor& processor, DrainProcedure& drains, FaultLog& faults,
                   std::vector<HostTable> tables, std::shared_ptr<PageEvents> events)
      : processor_(processor),
        drains_(drains),
        faults_(faults),
        tables_(std::move(tables)),
        events_(std::move(events)) {}

  const IoPageTable& table_of(std::optional<Pasid> pasid) const { return *entry(pasid).table; }

  void used(std::optional<Pasid> pasid, IovaPage page) override {
    const HostTable& used = entry(pasid);
    used.strategy->used(*used.table, page);
  }
  /// Some strategy acts before and after operations of this function.
  bool acts_around_dma() const {
    return std::ranges::any_of(tables_, [](const HostTable& table) {
      return table.strategy->around_dma() != nullptr || migration_of(table) != nullptr;
    });
  }
  sim::Task<bool> before(const DmaUse& use) override {
    const HostTable& used = entry(use.pasid);
    const PageRange pages{use.first, use.pages};
    Migration* const migration = migration_of(used);
    if (migration != nullptr) co_await migration->before(*used.table, pages);
    DmaStrategy* const strategy = used.strategy->around_dma();
    if (strategy == nullptr) co_return true;
    const bool prepared = co_await strategy->before(*used.table, pages);
    if (!prepared && migration != nullptr) migration->after();
    co_return prepared;
  }
  sim::Task<> after(const DmaUse& use) override {
    const HostTable& used = entry(use.pasid);
    DmaStrategy* const strategy = used.strategy->around_dma();
    if (strategy != nullptr) co_await strategy->after(*used.table, {use.first, use.pages});
    if (Migration* const migration = migration_of(used)) migration->after();
  }
  sim::Task<> quiesce(Originator who) override { return drains_.quiesce(who); }
  sim::Task<> copy_out(std::uint64_t bytes, double bandwidth) override {
    Worker worker(processor_);
    co_await worker.enter();
    worker.charge(sim::transfer_time(bytes, bandwidth));
    co_await worker.pay();
  }
  sim::Task<ResponseCode> page_in(const PageEvent& event) override {
    return events_ ? events_->serve(event) : touch(event);
  }

 private:
  // The process touches the first page of the event.
  sim::Task<ResponseCode> touch(PageEvent event) {
    Worker worker(processor_);
    faults_.enter(event.fault, worker.paid(), FaultStage::work_queue);
    co_await worker.enter();
    faults_.enter(event.fault, worker.paid(), FaultStage::handle);
    const PageFault fault{event.device, event.pasid, event.first,
                          !event.write, event.write, event.counted};
    const HostTable& touched = entry(event.pasid);
    const ResponseCode code =
        co_await touched.strategy->handle(*touched.table, std::span(&fault, 1), worker);
    co_await worker.pay();
    co_return code;
  }

  static Migration* migration_of(const HostTable& table) {
    return table.guest != nullptr ? table.guest->migration() : nullptr;
  }
  const HostTable& entry(std::optional<Pasid> pasid) const {
    return tables_.size() == 1 ? tables_.front() : tables_[context_of_pasid(*pasid)];
  }

  Processor& processor_;
  DrainProcedure& drains_;
  FaultLog& faults_;
  std::vector<HostTable> tables_;
  std::shared_ptr<PageEvents> events_;
};

/// The software outlives the function that calls it.
struct AttachedFunction {
  AttachedFunction(const FunctionSoftware& host, const DeviceSpec& spec, FunctionPlan plan,
                   FunctionWiring wiring)
      : software(host), function(spec, std::move(plan), wired(wiring, spec)) {}

  FunctionSoftware software;
  Function function;

 private:
  FunctionWiring& wired(FunctionWiring& wiring, const DeviceSpec& spec) {
    wiring.services = &software;
    if (software.acts_around_dma()) wiring.policy = &software;
    if (spec.reports_access) wiring.observer = &software;
    return wiring;
  }
};

}  // namespace faultpath::models
