// Touching guest pages, and what a missing entry costs.
#include "models/guest/cpu_second_stage.hpp"

#include "sim/event.hpp"

namespace faultpath::models {

sim::Task<ResponseCode> CpuSecondStage::Touching::handle(IoPageTable& table, Faults faults,
                                                         Worker& worker) {
  for (const PageFault& fault : faults) {
    if (table.contains(fault.page)) co_await stage_.touch(table, fault.page, worker);
  }
  co_return co_await inner_.handle(table, faults, worker);
}

// A work item of the host brings the page, and tells the guest by an interrupt.
struct CpuSecondStage::Fetch final : WorkItem {
  Fetch(VirtualCpus& to, CpuId of, ProcessMemory& in, IovaPage what)
      : cpus(to), cpu(of), process(in), page(what) {}
  sim::Task<> run(Worker& worker) override {
    co_await process.fault_in(page, worker);
    co_await worker.pay();
    worker.leave();  // the interrupt may have to wait for the virtual CPU
    co_await cpus.interrupt(cpu);
    ready.set();
  }
  VirtualCpus& cpus;
  CpuId cpu;
  ProcessMemory& process;
  IovaPage page;
  sim::Event ready{"a page of guest memory"};
};

CpuSecondStage::CpuSecondStage(const CpuSecondStageSetting& setting)
    : setting_(setting),
      violation_(setting.simulation, setting.spec.violation, setting.path, "violation"),
      held_cpu_(setting.virtual_cpus) {}

MemoryStrategy& CpuSecondStage::around(MemoryStrategy& strategy, const StrategyContext& context) {
  for (Touching& each : strategies_) {
    if (each.is_around(strategy)) return each;
  }
  return strategies_.emplace_back(*this, strategy, context);
}

sim::Task<> CpuSecondStage::Entries::invalidate_range(IovaPage first, std::uint64_t pages,
                                                      Worker&) {
  for (std::uint64_t i = 0; i < pages; ++i) pages_.erase(first.value + i);
  co_return;
}

// Where guest memory comes on demand, all tables of a guest lie in one space of guest pages.
CpuSecondStage::Entries& CpuSecondStage::entries_of(const IoPageTable& table) {
  IoPageTable* const second = table.guest->on_demand();
  const auto [found, is_new] = entries_.try_emplace(second != nullptr ? second : &table);
  if (is_new && second != nullptr) second->process().add(found->second);
  return found->second;
}

// From the root to the page.
sim::Task<> CpuSecondStage::touch(const IoPageTable& table, IovaPage page, Worker& worker) {
  const GuestMemory& memory = *table.guest;
  Entries& entries = entries_of(table);
  for (unsigned level = memory.first_levels(); level-- > 0;) {
    co_await touch(entries, memory, memory.table(page, level), worker);
  }
  co_await touch(entries, memory, memory.data(page), worker);
}

sim::Task<> CpuSecondStage::touch(Entries& entries, const GuestMemory& memory, GpaPage page,
                                  Worker& worker) {
  if (entries.has(page)) co_return;
  const bool counted = setting_.vmm.counts();
  setting_.vmm.stats().exits_kernel += counted;
  setting_.vmm.stats().cpu_faults += counted;
  worker.charge(violation_());
  if (memory.on_demand() == nullptr) co_return entries.add(page);
  ProcessMemory& process = memory.on_demand()->process();
  const IovaPage input = GuestMemory::input_of(page);
  if (!process.is_settled(input)) {
    co_await worker.pay();
    if (setting_.spec.asynchronous) {
      setting_.vmm.stats().cpu_faults_async += counted;
      co_await bring_meanwhile(process, input, worker);
    } else {
      co_await bring(process, input, worker);
    }
  }
  if (process.is_settled(input)) entries.add(page);  // else it has gone again
}

// In the thread of the virtual CPU, which nobody else gets.
sim::Task<> CpuSecondStage::bring(ProcessMemory& process, IovaPage page, Worker&) {
  Worker held(held_cpu_);
  co_await held.enter();
  co_await process.fault_in(page, held);
  co_await held.pay();
}

sim::Task<> CpuSecondStage::bring_meanwhile(ProcessMemory& process, IovaPage page, Worker& worker) {
  Fetch fetch(setting_.virtual_cpus, worker.cpu(), process, page);
  worker.leave();
  setting_.work.queue(fetch);
  co_await fetch.ready.wait();
  co_await worker.enter();
}

}  // namespace faultpath::models
