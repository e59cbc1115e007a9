// Migration: a guest comes to this host, and runs before its memory is here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/address.hpp"
#include "models/base/runs.hpp"
#include "models/cpu/processor.hpp"
#include "models/guest/migration_spec.hpp"
#include "models/guest/remote_memory.hpp"
#include "models/memory/io_page_table.hpp"
#include "sim/event.hpp"
#include "sim/process.hpp"
#include "sim/semaphore.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct MigrationSetting {
  RemoteMemorySetting memory;
  Processor& virtual_cpus;  ///< of the guest
  std::uint32_t vcpus = 1;
};

/// Until it stops the guest runs as it does without. Then its devices begin no operation, and when
/// none is under way its memory here is of no worth any more; state and chosen pages come, and it
/// goes on. Virtual CPUs touch pages of its memory at random. Devices of its own pass a gate: for
/// the stop, and for policies that keep them from pages that are not here.
/// Source: QEMU, post-copy; M3U, OSDI 2026, for devices that fault.
class Migration {
 public:
  explicit Migration(const MigrationSetting& setting);
  Migration(const Migration&) = delete;
  Migration& operator=(const Migration&) = delete;

  /// A table of a process of the guest. Requires that it has a place in the guest's memory.
  void add(const IoPageTable& table) { tables_.push_back(&table); }
  /// The devices start.
  void start();
  /// They have finished.
  void stop() { remote_.stop(); }

  /// An operation of a device begins; waits until it may.
  sim::Task<> before(const IoPageTable& table, PageRange pages);
  /// It has ended.
  void after();

  const MigrationStats& stats() const { return remote_.stats(); }

 private:
  const MigrationSpec& spec() const { return setting_.memory.spec; }
  sim::Simulation& simulation() { return setting_.memory.simulation; }
  sim::Process run();
  sim::Task<> discard();
  sim::Process touch(std::uint32_t vcpu);
  sim::Task<> check(const IoPageTable& table, PageRange pages);
  Runs rings() const;
  void open();

  const MigrationSetting setting_;
  RemoteMemory remote_;
  std::vector<const IoPageTable*> tables_;
  bool closed_ = false;      // no operation may begin
  bool unfinished_ = false;  // the guest runs here, and pages are remote
  std::uint64_t in_flight_ = 0;
  sim::Event opened_{"the start of a migrated guest's devices"};
  sim::Event idle_{"the last operation before a migration"};
  sim::Event running_{"the start of a migrated guest"};
  sim::Semaphore checker_{1, "check of a migrated guest's operations"};
};

}  // namespace faultpath::models
