// CPU second stage: the tables by which virtual CPUs reach guest memory, filled as they touch it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_set>

#include "models/cpu/held_cpu.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/cpu/virtual_cpus.hpp"
#include "models/cpu/work_queue.hpp"
#include "models/guest/cpu_second_stage_spec.hpp"
#include "models/guest/vmm.hpp"
#include "models/memory/guest_memory.hpp"
#include "models/memory/io_page_table.hpp"
#include "models/memory/mmu_notifier.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct CpuSecondStageSetting {
  sim::Simulation& simulation;
  const CpuSecondStageSpec& spec;
  VirtualCpus& virtual_cpus;
  WorkQueue& work;  ///< of the host, for pages that a virtual CPU does not wait for
  Vmm& vmm;         ///< where exits are counted
  std::string path;
};

/// The guest's handler of a fault walks the tables of the process, and fills the page: a virtual
/// CPU touches the guest page of each table on the way, and that of the data. A page without an
/// entry is an exit to the host's kernel (EPT violation). Where guest memory comes on demand, the
/// page is brought for the VMM's process as well; the tables of the IOMMU do not have it by that.
/// What the host takes away loses its entry, without further cost.
/// Source: Linux 7.1, virt/kvm/kvm_main.c, virt/kvm/async_pf.c.
class CpuSecondStage {
 public:
  explicit CpuSecondStage(const CpuSecondStageSetting& setting);
  CpuSecondStage(const CpuSecondStage&) = delete;
  CpuSecondStage& operator=(const CpuSecondStage&) = delete;

  /// `strategy` of the guest's kernel, whose faults touch guest memory; `context` is its own.
  MemoryStrategy& around(MemoryStrategy& strategy, const StrategyContext& context);

 private:
  // Serves faults alone: everything else is the strategy's own.
  class Touching final : public MemoryStrategy {
   public:
    Touching(CpuSecondStage& stage, MemoryStrategy& inner, const StrategyContext& context)
        : MemoryStrategy(context), stage_(stage), inner_(inner) {}

    bool is_around(const MemoryStrategy& strategy) const { return &inner_ == &strategy; }
    sim::Task<ResponseCode> handle(IoPageTable& table, Faults faults, Worker& worker) override;
    bool may_invalidate() const override { return inner_.may_invalidate(); }

   private:
    CpuSecondStage& stage_;
    MemoryStrategy& inner_;
  };
  struct Fetch;
  // Guest pages that have an entry.
  class Entries final : public MmuNotifier {
   public:
    bool has(GpaPage page) const { return pages_.contains(page.value); }
    void add(GpaPage page) { pages_.insert(page.value); }

    /// Devices do not use these tables.
    bool maps(IovaPage) const override { return false; }
    bool clear_young(IovaPage) override { return false; }
    sim::Task<> invalidate_range(IovaPage first, std::uint64_t pages, Worker& worker) override;

   private:
    std::unordered_set<std::uint64_t> pages_;
  };

  sim::Task<> touch(const IoPageTable& table, IovaPage page, Worker& worker);
  sim::Task<> touch(Entries& entries, const GuestMemory& memory, GpaPage page, Worker& worker);
  sim::Task<> bring(ProcessMemory& process, IovaPage page, Worker& worker);
  sim::Task<> bring_meanwhile(ProcessMemory& process, IovaPage page, Worker& worker);
  Entries& entries_of(const IoPageTable& table);

  const CpuSecondStageSetting setting_;
  RandomCost violation_;
  HeldCpu held_cpu_;
  std::map<const IoPageTable*, Entries> entries_;  // by the table that shares them
  std::deque<Touching> strategies_;
};

}  // namespace faultpath::models
