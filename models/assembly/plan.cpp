// From devices and their contexts to processes and tables.
#include "models/assembly/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "models/assembly/reach.hpp"
#include "models/memory/areas.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

class Planner {
 public:
  explicit Planner(const SystemSpec& spec) : spec_(spec), size_(spec.host.page_size) {}

  Plan plan() {
    plan_.page_size = size_;
    plan_.devices.resize(spec_.devices.size());
    for (std::size_t index = 0; index < spec_.devices.size(); ++index) plan_device(index);
    for (const ProcessSpec& process : spec_.processes) {
      if (process.cpu) place_of(process);
    }
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      Plan::Process& process = plan_.processes[i];
      const bool declared = process.areas != nullptr && !process.areas->empty();
      process.pages = declared ? Areas(*process.areas, size_).pages() : Runs(std::move(pages_[i]));
    }
    for (std::size_t i = 0; i < nonfaultable_.size(); ++i) {
      plan_.tables[i].nonfaultable = Runs(std::move(nonfaultable_[i]));
    }
    for (std::size_t i = 0; i < plan_.processes.size(); ++i) {
      if (has_zero_pages(i)) make_areas(plan_.processes[i], size_);
    }
    for (std::size_t i = 0; i < spec_.guests.size(); ++i) plan_second_stage(i);
    return std::move(plan_);
  }

 private:
  using Pages = std::vector<Runs::Run>;

  // What one context of a device is attached to.
  struct Attached {
    const AttachedDeviceSpec& device;
    std::size_t index;
    const std::string* process;  // null: one of its own
    const StrategySpec* strategy;
    std::string strategy_path;
    int context;  // -1: all of them
  };

  void plan_device(std::size_t index) {
    const AttachedDeviceSpec& device = spec_.devices[index];
    const std::optional<std::size_t> guest = guest_of(device);
    if (guest && std::holds_alternative<NoIommuSpec>(spec_.guests[*guest].viommu)) {
      return plan_.devices[index].tables.push_back(attach_to_memory(index, *guest));
    }
    reach_ = reach_of(device, spec_.traces[index], size_);
    Attached all{device,
                 index,
                 device.process ? &*device.process : nullptr,
                 &spec_.strategy,
                 "strategies." + spec_.strategy.name,
                 -1};
    if (device.strategy) {
      all.strategy = &*device.strategy;
      all.strategy_path = fmt::format("devices[{}].strategy", index);
    }
    Plan::Device& planned = plan_.devices[index];
    planned.pasids = !device.own_contexts.empty() || traits_of(*all.strategy).binds_pasid;
    if (device.own_contexts.empty()) return planned.tables.push_back(attach(all));
    for (std::size_t i = 0; i < device.own_contexts.size(); ++i) {
      const ContextSpec& context = device.own_contexts[i];
      Attached one = all;
      one.context = static_cast<int>(i);
      if (context.process) one.process = &*context.process;
      if (context.strategy) {
        one.strategy = &*context.strategy;
        one.strategy_path = fmt::format("devices[{}].contexts[{}].strategy", index, i);
      }
      planned.tables.push_back(attach(one));
    }
  }

  std::size_t attach(const Attached& what) {
    const std::size_t process = process_of(what);
    const std::size_t table = table_of(what, process);
    for (const Runs::Run& run : reach_.list()) pages_[process].push_back(run);
    for (const PageRange& range : nonfaultable_of(what.device.nonfaultable, reach_, size_)) {
      nonfaultable_[table].push_back({range.first.value, range.pages});
    }
    std::vector<std::size_t>& devices = plan_.tables[table].devices;
    if (devices.empty() || devices.back() != what.index) devices.push_back(what.index);
    return table;
  }

  // Devices walk the process's own table, in which a page that was only read is the zero page. The
  // tables of other strategies have none.
  bool has_zero_pages(std::size_t index) const {
    const Plan::Process& process = plan_.processes[index];
    const BackingSpec& memory = process.memory;
    if (memory.kind != Backing::anonymous || memory.populated || memory.huge_pages) return false;
    if (process.areas != nullptr && !process.areas->empty()) return false;
    if (process.guest || spec_.iommu.levels.stage2 > 0) return false;
    bool walked = false;
    for (const Plan::Table& table : plan_.tables) {
      if (table.process != index) continue;
      if (traits_of(*table.strategy).acts_around_dma) return false;
      walked = walked || traits_of(*table.strategy).binds_pasid;
    }
    return walked;
  }

  static void make_areas(Plan::Process& process, PageSize size) {
    std::vector<AreaSpec> areas;
    for (const Runs::Run& run : process.pages.list()) {
      areas.push_back({.name = process.name,
                       .size = size.bytes_of(run.count),
                       .at = size.bytes_of(run.first),
                       .folios = {},
                       .file_size = {}});
    }
    process.own_areas = std::make_shared<const std::vector<AreaSpec>>(std::move(areas));
    process.areas = process.own_areas.get();
  }

  static Plan::Process vmm_of(const GuestMachineSpec& guest) {
    return {.name = guest.name,
            .count = guest.count,
            .user = 0,
            .numbered = guest.count > 1,
            .memory = {},
            .pages = Runs(0, guest.memory / kPageBytes)};
  }

  void plan_second_stage(std::size_t index) {
    const GuestMachineSpec& guest = spec_.guests[index];
    const auto table = tables_.find(second_stage_key(index));
    plan_.second_stages.push_back(
        {vmm_of(guest), &guest.backing, fmt::format("guests[{}].backing", index),
         table != tables_.end() ? std::optional(table->second) : std::nullopt});
  }
  static std::string second_stage_key(std::size_t guest) {
    return fmt::format("second stage {}", guest);
  }

  // Guest-physical addresses: all of the guest's memory, by its second stage.
  std::size_t attach_to_memory(std::size_t device, std::size_t index) {
    const GuestMachineSpec& guest = spec_.guests[index];
    const std::string key = second_stage_key(index);
    const std::size_t process = place_in(processes_, key, plan_.processes, pages_, vmm_of(guest));
    if (pages_[process].empty()) pages_[process].push_back({0, guest.memory / kPageBytes});
    Plan::Table table{.name = guest.count > 1 ? guest.name + ".{}" : guest.name,
                      .count = guest.count,
                      .process = process,
                      .strategy = &guest.backing,
                      .strategy_path = fmt::format("guests[{}].backing", index),
                      .nonfaultable = {},
                      .devices = {},
                      .second_stage = true};
    const std::size_t place = place_in(tables_, key, plan_.tables, nonfaultable_, std::move(table));
    plan_.tables[place].devices.push_back(device);
    return place;
  }

  std::size_t place_of(const ProcessSpec& spec, std::optional<std::size_t> guest = {}) {
    const std::uint64_t machines = guest ? spec_.guests[*guest].count : 1;
    Plan::Process process{.name = guest_name(guest) + spec.name,
                          .count = machines * spec.count,
                          .user = spec.user,
                          .numbered = machines * spec.count > 1,
                          .memory = spec.memory,
                          .pages = {},
                          .spec = &spec,
                          .areas = &spec.areas,
                          .guest = guest};
    return place_in(processes_, "process " + process.name, plan_.processes, pages_,
                    std::move(process));
  }

  std::string guest_name(std::optional<std::size_t> guest) const {
    return guest ? spec_.guests[*guest].name + "/" : std::string{};
  }
  std::optional<std::size_t> guest_of(const AttachedDeviceSpec& device) const {
    if (!device.guest) return std::nullopt;
    const auto found = std::ranges::find(spec_.guests, *device.guest, &GuestMachineSpec::name);
    return static_cast<std::size_t>(found - spec_.guests.begin());
  }

  std::size_t process_of(const Attached& what) {
    const std::optional<std::size_t> guest = guest_of(what.device);
    if (what.process != nullptr) {
      const auto& known = guest ? spec_.guests[*guest].processes : spec_.processes;
      return place_of(*std::ranges::find(known, *what.process, &ProcessSpec::name), guest);
    }
    Plan::Process process{.name = guest_name(guest) + what.device.name,
                          .count = what.device.count,
                          .user = 0,
                          .numbered = true,
                          .memory = what.device.memory,
                          .pages = {},
                          .guest = guest};
    std::string key = fmt::format("device {}", what.index);
    if (what.device.address_space) {
      process.name = *what.device.address_space;
      process.count = 1;
      process.numbered = false;
      key = "space " + process.name;
    }
    return place_in(processes_, std::move(key), plan_.processes, pages_, std::move(process));
  }

  // The table of a process that is bound to a PASID is the process's own.
  std::size_t table_of(const Attached& what, std::size_t process) {
    const Plan::Process& owner = plan_.processes[process];
    Plan::Table table{.name = what.device.name + ".{}",
                      .count = what.device.count,
                      .process = process,
                      .strategy = what.strategy,
                      .strategy_path = what.strategy_path,
                      .nonfaultable = {},
                      .devices = {}};
    std::string key = fmt::format("device {} context {}", what.index, what.context);
    if (traits_of(*what.strategy).binds_pasid) {
      table.name = owner.numbered ? owner.name + ".{}" : owner.name;
      table.count = owner.count;
      key = fmt::format("process {}", process);
    } else if (what.device.address_space) {
      table.name = *what.device.address_space;
      table.count = 1;
      key = "space " + table.name;
    } else if (what.context >= 0) {
      table.name += fmt::format(".context.{}", what.context);
    }
    return place_in(tables_, std::move(key), plan_.tables, nonfaultable_, std::move(table));
  }

  template <class T>
  static std::size_t place_in(std::map<std::string, std::size_t>& places, std::string key,
                              std::vector<T>& all, std::vector<Pages>& pages, T value) {
    const auto [place, is_new] = places.try_emplace(std::move(key), all.size());
    if (is_new) {
      all.push_back(std::move(value));
      pages.emplace_back();
    }
    return place->second;
  }

  const SystemSpec& spec_;
  const PageSize size_;
  Plan plan_;
  Runs reach_;  // of the device that is being planned
  std::map<std::string, std::size_t> processes_, tables_;
  std::vector<Pages> pages_, nonfaultable_;  // of each process, of each table
};

}  // namespace

std::string Plan::Process::name_of(std::uint64_t instance) const {
  return numbered ? fmt::format("{}.{}", name, instance) : name;
}

std::string Plan::Table::name_of(std::uint64_t instance) const {
  return fmt::format(fmt::runtime(name), instance);
}

bool Plan::shares_processes() const {
  std::vector<bool> has_table(processes.size());
  for (const Table& table : tables) {
    if (has_table[table.process] || table.count > processes[table.process].count) return true;
    has_table[table.process] = true;
  }
  return false;
}

Plan plan_of(const SystemSpec& spec) { return Planner(spec).plan(); }

}  // namespace faultpath::models
