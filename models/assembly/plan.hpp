// Plan: what a specification amounts to, before anything is built: processes, I/O page tables, and
// which table each context of a device translates by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/runs.hpp"

namespace faultpath::models {

/// Processes and tables that are alike stand in it once, with their number: those that belong to a
/// device are there for each of its instances.
struct Plan {
  struct Process {
    std::string name;
    std::uint64_t count = 1;
    std::uint32_t user = 0;
    bool numbered = false;  ///< instance i is called `name.i`
    BackingSpec memory;
    /// What all devices that use it can reach; of declared areas those that are there.
    Runs pages;
    const ProcessSpec* spec = nullptr;             ///< null: it belongs to its devices
    const std::vector<AreaSpec>* areas = nullptr;  ///< declared, in the spec of the system, or:
    /// What its devices reach is an area each, since the spec says that it is anonymous memory.
    std::shared_ptr<const std::vector<AreaSpec>> own_areas{};
    /// Place of the guest in the spec, whose process it is: number i of it is in instance i modulo
    /// the guest's count. Absent: it is the host's.
    std::optional<std::size_t> guest{};

    std::string name_of(std::uint64_t instance) const;
  };
  struct Table {
    std::string name;  ///< with `{}` for the number of the instance, where there are several
    std::uint64_t count = 1;
    std::size_t process = 0;                 ///< its place in `processes`
    const StrategySpec* strategy = nullptr;  ///< in the spec of the system
    std::string strategy_path;               ///< for messages: `devices[0].strategy`
    Runs nonfaultable;                       ///< pages on which a device cannot fault
    std::vector<std::size_t> devices;        ///< specs that translate by it, ascending
    bool second_stage = false;               ///< it is that of a guest without an IOMMU

    std::string name_of(std::uint64_t instance) const;
  };
  struct Device {
    bool pasids = false;  ///< its requests carry the PASID of their context
    /// Places in `tables`: one for each context, or one for all of them.
    std::vector<std::size_t> tables;

    std::size_t table_of(std::uint32_t context) const {
      return tables.size() == 1 ? tables.front() : tables[context];
    }
  };

  /// In the order of the first device of each, then those that only access memory themselves; those
  /// of guests, too.
  std::vector<Process> processes;
  std::vector<Table> tables;    ///< in the same order
  std::vector<Device> devices;  ///< one for each device spec
  /// The second stage of each guest, over all of the memory that the VMM's process holds for it.
  struct SecondStage {
    Process vmm;
    const StrategySpec* backing = nullptr;  ///< in the spec of the system
    std::string backing_path;               ///< for messages: `guests[0].backing`
    /// Its place in `tables`, where devices translate by it alone: `vmm` is in `processes` then.
    std::optional<std::size_t> table{};
  };
  std::vector<SecondStage> second_stages;  ///< one for each guest spec

  PageSize page_size;  ///< that all pages of the plan are of

  /// Some process has several tables: what they pin of it is locked once for each.
  bool shares_processes() const;

  /// The instance of a process or table that belongs to an instance of a device.
  static std::uint64_t instance_of(std::uint64_t count, std::uint64_t device_instance) {
    return device_instance % count;
  }
};

/// Requires that every process that a device names is there. The plan refers to `spec`.
Plan plan_of(const SystemSpec& spec);

}  // namespace faultpath::models
