// The I/O page tables of a run, each with its strategy: those of the host and those of guests.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "models/assembly/guests.hpp"
#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/memory/guest_memory.hpp"
#include "models/memory/io_page_table.hpp"
#include "models/memory/process_memory.hpp"
#include "models/strategy/strategy.hpp"

namespace faultpath::models {

/// A table, and who decides what is mapped in it.
struct HostTable {
  IoPageTable* table = nullptr;
  MemoryStrategy* strategy = nullptr;
  const StrategySpec* spec = nullptr;  ///< of the strategy
  Guest* guest = nullptr;              ///< whose process's it is; null: the host's
};

/// Makes what a plan says, piece by piece, as functions ask for it.
class HostTables {
 public:
  /// `spec` and `guests` outlive the tables.
  HostTables(const SystemSpec& spec, PageStore& store, const StrategyContext& context,
             Guests& guests);
  HostTables(const HostTables&) = delete;
  HostTables& operator=(const HostTables&) = delete;

  const Plan& plan() const { return plan_; }
  /// By which a context of an instance of a device translates; made when it is first asked for.
  const HostTable& of(std::size_t device, std::uint32_t context, std::uint32_t instance);
  /// In the order in which they were made.
  const std::deque<HostTable>& all() const { return tables_; }
  std::uint64_t mapped_pages() const;
  /// Those of the host, in the order in which they were made.
  std::deque<ProcessMemory>& processes() { return processes_; }
  /// Makes the processes that no device has asked for, and the second stages of guests.
  void make_the_others();

  /// Could a translation that a device holds ever be taken away?
  bool may_invalidate() const;
  /// No device issues any more.
  void stop();
  /// Of all strategies in the kernels of this guest's instances; null: in that of the host.
  StrategyStats stats(const GuestSpec* guest) const;
  ServiceStats served(DeviceIndex device) const;

 private:
  const HostTable& of(std::size_t table, std::uint64_t instance);
  HostTable make(const Plan::Table& table, std::uint64_t instance);
  Guest* guest_of(const Plan::Process& process, std::uint64_t number);
  /// The second stage of a guest, and how much of its memory has been given to spaces.
  struct SecondStage {
    IoPageTable* table = nullptr;
    bool on_demand = false;
    bool migrates = false;
    std::uint64_t next = 0;  ///< guest page
  };
  SecondStage& second_stage_of(std::size_t guest, std::uint64_t number);
  IoPageTable& make_table(const Plan::Table& table, std::uint64_t instance);
  ProcessMemory& process_of(std::size_t place, std::uint64_t instance);
  ProcessMemory& make_process(const Plan::Process& process, std::uint64_t number);
  void add_guest(IoPageTable& table, SecondStage* shared);
  MemoryStrategy& strategy_of(const StrategySpec& spec, Guest* guest, unsigned stage = 1);

  const SystemSpec& spec_;
  PageStore& store_;
  StrategyContext context_;
  Guests& guests_;
  Plan plan_;
  std::vector<std::vector<const HostTable*>> planned_;          // as planned, by instance
  std::vector<std::vector<ProcessMemory*>> planned_processes_;  // likewise
  std::deque<HostTable> tables_;
  std::deque<ProcessMemory> processes_, guest_processes_;
  std::deque<IoPageTable> page_tables_;
  std::vector<std::vector<SecondStage>> second_stages_;  // of each guest, by instance
  std::deque<GuestMemory> guest_memories_;  // of each table, when there is a second stage
  struct Strategy {
    const StrategySpec* spec;
    const Guest* guest;  ///< null: of the host
    unsigned stage;
    std::unique_ptr<MemoryStrategy> strategy;
  };
  std::vector<Strategy> strategies_;
};

}  // namespace faultpath::models
