// Making processes, tables and strategies.
#include "models/assembly/host_tables.hpp"

#include <algorithm>

#include "models/assembly/guests_fault.hpp"

namespace faultpath::models {

HostTables::HostTables(const SystemSpec& spec, PageStore& store, const StrategyContext& context,
                       Guests& guests)
    : spec_(spec), store_(store), context_(context), guests_(guests), plan_(plan_of(spec)) {
  for (const Plan::Process& process : plan_.processes) {
    planned_processes_.emplace_back(process.count);
  }
  for (const Plan::Table& table : plan_.tables) planned_.emplace_back(table.count);
}

const HostTable& HostTables::of(std::size_t device, std::uint32_t context, std::uint32_t instance) {
  const std::size_t place = plan_.devices[device].table_of(context);
  const Plan::Table& table = plan_.tables[place];
  const std::uint64_t number = Plan::instance_of(table.count, instance);
  const HostTable*& made = planned_[place][number];
  if (made == nullptr) made = &tables_.emplace_back(make(table, number));
  return *made;
}

HostTable HostTables::make(const Plan::Table& table, std::uint64_t instance) {
  const Plan::Process& process = plan_.processes[table.process];
  Guest* const guest = guest_of(process, Plan::instance_of(process.count, instance));
  return {&make_table(table, instance), &strategy_of(*table.strategy, guest), table.strategy,
          guest};
}

Guest* HostTables::guest_of(const Plan::Process& process, std::uint64_t number) {
  return process.guest ? &guests_.of(*process.guest, number) : nullptr;
}

IoPageTable& HostTables::make_table(const Plan::Table& table, std::uint64_t instance) {
  const auto tag = static_cast<std::uint32_t>(page_tables_.size());
  IoPageTable& made = page_tables_.emplace_back(store_, process_of(table.process, instance), tag);
  if (spec_.iommu.levels.stage2 > 0) add_guest(made);
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
  make_second_stages();
}

void HostTables::make_second_stages() {
  for (const Plan::SecondStage& stage : plan_.second_stages) {
    for (std::uint64_t k = 0; k < stage.vmm.count; ++k) {
      ProcessMemory& vmm = make_process(stage.vmm, k);
      context_.memory.add(vmm);
      const auto tag = static_cast<std::uint32_t>(page_tables_.size());
      IoPageTable& table = page_tables_.emplace_back(store_, vmm, tag);
      tables_.push_back({&table, &strategy_of(*stage.backing, nullptr), stage.backing});
    }
  }
}

ProcessMemory& HostTables::make_process(const Plan::Process& process, std::uint64_t number) {
  std::string name = process.name_of(number);
  std::deque<ProcessMemory>& made = process.guest ? guest_processes_ : processes_;
  if (process.areas != nullptr && !process.areas->empty()) {
    return made.emplace_back(store_, std::move(name), Areas(*process.areas));
  }
  return made.emplace_back(store_, std::move(name), process.pages, process.memory);
}

void HostTables::add_guest(IoPageTable& table) {
  const BackingSpec& backing = table.process().backing();
  table.guest = &guest_memories_.emplace_back(
      table.areas(), spec_.iommu.levels, spec_.iommu.second_stage.leaf_bits,
      backing.huge_pages ? backing.huge_page_bits : kPageBits);
  if (!guests_fault(spec_.iommu)) return;
  table.guest->map_on_demand(store_, table);
  table.guest->attach(context_.memory);
}

MemoryStrategy& HostTables::strategy_of(const StrategySpec& spec, Guest* guest) {
  const auto is_it = [&](const Strategy& s) { return s.spec == &spec && s.guest == guest; };
  const auto made = std::ranges::find_if(strategies_, is_it);
  if (made != strategies_.end()) return *made->strategy;
  const StrategyContext context = guest != nullptr ? guest->context() : context_;
  return *strategies_.emplace_back(&spec, guest, make_strategy(spec, context)).strategy;
}

std::uint64_t HostTables::mapped_pages() const {
  std::uint64_t pages = 0;
  for (const IoPageTable& table : page_tables_) pages += table.mapped_pages();
  for (const GuestMemory& guest : guest_memories_) {
    if (guest.on_demand() != nullptr) pages += guest.on_demand()->mapped_pages();
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

StrategyStats HostTables::stats() const {
  StrategyStats sum;
  for (const Strategy& s : strategies_) sum += s.strategy->stats();
  return sum;
}

ServiceStats HostTables::served(DeviceIndex device) const {
  ServiceStats sum;
  for (const Strategy& s : strategies_) sum += s.strategy->served(device);
  return sum;
}

}  // namespace faultpath::models
