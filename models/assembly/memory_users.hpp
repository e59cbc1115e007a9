// Memory users: who uses or changes the memory of processes beside the devices.
#pragma once

#include <string>

#include "models/assembly/host_tables.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/cpu/processor.hpp"
#include "models/memory/cpu_accesses.hpp"
#include "models/memory/lock_writers.hpp"
#include "models/memory/memory.hpp"
#include "models/memory/notifier_sources.hpp"

namespace faultpath::models {

class MemoryUsers {
 public:
  struct Setting {
    sim::Simulation& simulation;
    const SystemSpec& spec;
    PageStore& store;
    Memory& memory;
    Processor& processor;
    const StatisticsWindow& window;
    std::string path;  ///< of the machine
  };
  explicit MemoryUsers(const Setting& setting);
  MemoryUsers(const MemoryUsers&) = delete;
  MemoryUsers& operator=(const MemoryUsers&) = delete;

  /// All of them act on all processes from now on.
  void start(HostTables& tables);
  /// No device uses memory any more.
  void stop() { lock_writers_.stop(); }

  const LockWriters& lock_writers() const { return lock_writers_; }
  const NotifierSources& sources() const { return sources_; }
  const CpuAccesses& accesses() const { return accesses_; }

 private:
  sim::Simulation& simulation_;
  const PageSize page_size_;
  LockWriters lock_writers_;
  NotifierSources sources_;
  CpuAccesses accesses_;
};

}  // namespace faultpath::models
