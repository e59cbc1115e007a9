// Making processes, tables and strategies.
#include "models/assembly/host_tables.hpp"

#include <algorithm>

#include "models/assembly/guests_fault.hpp"
#include "models/assembly/stat_rows.hpp"
#include "models/strategy/dma_strategy.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {

HostTables::HostTables(const SystemSpec& spec, PageStore& store, const StrategyContext& context,
                       Guests& guests)
    : spec_(spec), store_(store), context_(context), guests_(guests), plan_(plan_of(spec)) {
  for (const Plan::Process& process : plan_.processes) {
    planned_processes_.emplace_back(process.count);
  }
  for (const Plan::Table& table : plan_.tables) planned_.emplace_back(table.count);
  for (const Plan::SecondStage& stage : plan_.second_stages) {
    second_stages_.emplace_back(stage.vmm.count);
  }
}

const HostTable& HostTables::of(std::size_t device, std::uint32_t context, std::uint32_t instance) {
  return of(plan_.devices[device].table_of(context), instance);
}

const HostTable& HostTables::of(std::size_t place, std::uint64_t instance) {
  const Plan::Table& table = plan_.tables[place];
  const std::uint64_t number = Plan::instance_of(table.count, instance);
  const HostTable*& made = planned_[place][number];
  if (made == nullptr) made = &tables_.emplace_back(make(table, number));
  return *made;
}

HostTable HostTables::make(const Plan::Table& table, std::uint64_t instance) {
  const Plan::Process& process = plan_.processes[table.process];
  Guest* const guest = guest_of(process, Plan::instance_of(process.count, instance));
  IoPageTable& made = make_table(table, instance);
  if (guest != nullptr && guest->migration() != nullptr) guest->migration()->add(made);
  const unsigned stage = table.second_stage ? 2 : 1;
  return {&made, &strategy_of(*table.strategy, guest, stage), table.strategy, guest};
}

Guest* HostTables::guest_of(const Plan::Process& process, std::uint64_t number) {
  return process.guest ? &guests_.of(*process.guest, number) : nullptr;
}

IoPageTable& HostTables::make_table(const Plan::Table& table, std::uint64_t instance) {
  const Plan::Process& process = plan_.processes[table.process];
  SecondStage* const shared =
      process.guest ? &second_stage_of(*process.guest, instance % process.count) : nullptr;
  const auto tag = static_cast<std::uint32_t>(page_tables_.size());
  IoPageTable& made = page_tables_.emplace_back(store_, process_of(table.process, instance), tag,
                                                spec_.host.page_size);
  if (spec_.iommu.levels.stage2 > 0 && !table.second_stage) add_guest(made, shared);
  for (const Runs::Run& run : table.nonfaultable.list()) {
    made.nonfaultable.push_back({IovaPage{run.first}, run.count});
  }
  return made;
}

ProcessMemory& HostTables::process_of(std::size_t place, std::uint64_t instance) {
  const Plan::Process& process = plan_.processes[place];
  const std::uint64_t number = Plan::instance_of(process.count, instance);
  ProcessMemory*& made = planned_processes_[place][number];
  if (made == nullptr) {
    made = &make_process(process, number);
    made->locked.user = process.user;
    made->ending.killable = process.spec == nullptr || process.spec->oom_killable;
    Guest* const guest = guest_of(process, number);
    if (guest != nullptr) {
      guest->memory().add(*made);
    } else if (!guests_fault(spec_.iommu)) {
      context_.memory.add(*made);
    }
  }
  return *made;
}

void HostTables::make_the_others() {
  for (std::size_t i = 0; i < plan_.processes.size(); ++i) {
    const bool accesses = plan_.processes[i].spec != nullptr && plan_.processes[i].spec->cpu;
    for (std::uint64_t k = 0; accesses && k < plan_.processes[i].count; ++k) process_of(i, k);
  }
  for (std::size_t i = 0; i < plan_.second_stages.size(); ++i) {
    const std::optional<std::size_t> table = plan_.second_stages[i].table;
    for (std::uint64_t k = 0; k < second_stages_[i].size(); ++k) {
      if (table) {
        of(*table, k);
      } else {
        second_stage_of(i, k);
      }
    }
  }
}

// Made when it is first asked for: by a table above it, or at the end.
HostTables::SecondStage& HostTables::second_stage_of(std::size_t place, std::uint64_t number) {
  const Plan::SecondStage& planned = plan_.second_stages[place];
  SecondStage& stage = second_stages_[place][number % planned.vmm.count];
  if (stage.table != nullptr) return stage;
  ProcessMemory& vmm = make_process(planned.vmm, number % planned.vmm.count);
  vmm.ending.killable = false;  // its guest would end with it
  context_.memory.add(vmm);
  const auto tag = static_cast<std::uint32_t>(page_tables_.size());
  stage.table = &page_tables_.emplace_back(store_, vmm, tag);
  stage.on_demand = !traits_of(*planned.backing).pins_all;
  MemoryStrategy& backing = strategy_of(*planned.backing, nullptr, 2);
  tables_.push_back({stage.table, &backing, planned.backing});
  Guest& guest = guests_.of(place, number);
  if (stage.on_demand) guest.back_by(*stage.table, backing);
  if (guest.spec().migration) guest.migrate(vmm);
  stage.migrates = guest.spec().migration.has_value();
  return stage;
}

ProcessMemory& HostTables::make_process(const Plan::Process& process, std::uint64_t number) {
  std::string name = process.name_of(number);
  std::deque<ProcessMemory>& made = process.guest ? guest_processes_ : processes_;
  if (process.areas != nullptr && !process.areas->empty()) {
    return made.emplace_back(store_, std::move(name), Areas(*process.areas, spec_.host.page_size));
  }
  return made.emplace_back(store_, std::move(name), process.pages, process.memory);
}

void HostTables::add_guest(IoPageTable& table, SecondStage* shared) {
  const BackingSpec& backing = table.process().backing();
  if (shared != nullptr && (shared->on_demand || shared->migrates)) {
    table.guest = &guest_memories_.emplace_back(table.areas(), spec_.iommu.levels, kPageBits,
                                                kPageBits, shared->next);
    shared->next = table.guest->end();
    if (shared->on_demand) table.guest->map_on_demand_in(*shared->table, table);
    return;
  }
  table.guest = &guest_memories_.emplace_back(
      table.areas(), spec_.iommu.levels, spec_.iommu.second_stage.leaf_bits,
      backing.huge_pages ? backing.huge_page_bits : kPageBits);
  if (!guests_fault(spec_.iommu)) return;
  table.guest->map_on_demand(store_, table);
  table.guest->attach(context_.memory);
}

MemoryStrategy& HostTables::strategy_of(const StrategySpec& spec, Guest* guest, unsigned stage) {
  const auto is_it = [&](const Strategy& s) {
    return s.spec == &spec && s.guest == guest && s.stage == stage;
  };
  const auto made = std::ranges::find_if(strategies_, is_it);
  if (made != strategies_.end()) return *made->strategy;
  StrategyContext context = guest != nullptr ? guest->context() : context_;
  context.stage = stage;
  MemoryStrategy& strategy =
      *strategies_.emplace_back(&spec, guest, stage, make_strategy(spec, context)).strategy;
  DmaStrategy* const around_dma = strategy.around_dma();
  if (around_dma != nullptr && guest != nullptr) around_dma->connect(guest->exits());
  return strategy;
}

std::uint64_t HostTables::mapped_pages() const {
  std::uint64_t pages = 0;
  for (const IoPageTable& table : page_tables_) pages += table.mapped_pages();
  for (const GuestMemory& guest : guest_memories_) {
    if (guest.owns_second_stage()) pages += guest.on_demand()->mapped_pages();
  }
  return pages;
}

bool HostTables::may_invalidate() const {
  return std::ranges::any_of(strategies_,
                             [](const Strategy& s) { return s.strategy->may_invalidate(); });
}

void HostTables::stop() {
  for (const Strategy& s : strategies_) s.strategy->stop();
}

StrategyStats HostTables::stats(const GuestSpec* guest) const {
  StrategyStats sum;
  for (const Strategy& s : strategies_) {
    const GuestSpec* const owner = s.guest != nullptr ? &s.guest->spec() : nullptr;
    if (owner == guest) add_counts(sum, s.strategy->stats());
  }
  return sum;
}

ServiceStats HostTables::served(DeviceIndex device) const {
  ServiceStats sum;
  for (const Strategy& s : strategies_) add_counts(sum, s.strategy->served(device));
  return sum;
}

}  // namespace faultpath::models
