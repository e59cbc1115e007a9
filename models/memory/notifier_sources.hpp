// Notifier sources: who changes the pages of a process beside its faults, and when.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "models/base/window.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/worker.hpp"
#include "models/memory/memory.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/page_store.hpp"
#include "models/memory/process_memory.hpp"
#include "sim/random.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct NotifierStats {
  std::uint64_t notifier_ranges = 0;  ///< that have been looked at
  std::uint64_t notifier_pages = 0;   ///< of these, that were changed
  std::uint64_t huge_collapses = 0;   ///< huge pages made
};

/// A thread of the kernel for each source and process, in the background on the cores that serve
/// faults. It takes a range of the declared areas at random, aligned to its size, at times of a
/// Poisson stream; what takes longer than that delays the next. They do not keep a run alive.
/// Pinned pages are left alone.
class NotifierSources {
 public:
  struct Setting {
    sim::Simulation& simulation;
    const MemorySpec& spec;
    PageStore& store;
    Memory& memory;
    Processor& processor;
    const StatisticsWindow& window;
    std::string path;  ///< of the machine
  };
  explicit NotifierSources(Setting setting);
  NotifierSources(const NotifierSources&) = delete;
  NotifierSources& operator=(const NotifierSources&) = delete;

  /// Sources that the spec has act on the process from now on, if its areas are declared.
  void start(ProcessMemory& process);
  const NotifierStats& stats() const { return stats_; }

 private:
  struct Range {
    IovaPage first;
    std::uint64_t pages = 0;
  };
  sim::Process source(ProcessMemory& process, const NotifierSpec& spec, std::uint64_t number);
  Range choose(const ProcessMemory& process, const NotifierSpec& spec,
               sim::RandomStream& stream) const;
  sim::Task<> act(const NotifierSpec& spec, ProcessMemory& process, Range range,
                  sim::RandomStream& stream);

  sim::Task<> protect(ProcessMemory& process, Range range, Worker& worker, bool anonymous_only);
  sim::Task<> hint(ProcessMemory& process, Range range, Worker& worker);
  void misplace(ProcessMemory& process, Range range, double share, sim::RandomStream& stream);
  sim::Task<> migrate(ProcessMemory& process, Range range, Worker& worker);
  sim::Task<> migrate_page(ProcessMemory& process, IovaPage page, Worker& worker);
  sim::Task<> give_back(ProcessMemory& process, Range range, Worker& worker);
  sim::Task<> collapse(ProcessMemory& process, IovaPage first, Worker& worker);
  sim::Task<> fork(ProcessMemory& process, sim::Duration child, Worker& worker);
  sim::Process end_child(ProcessMemory& process, sim::Duration child);

  /// Visits the pages of the range of which somebody has touched one nearby.
  template <class Visit>
  void for_each_touched(ProcessMemory& process, Range range, Visit visit) const {
    const auto at = [&](std::uint64_t index) { visit(range.first + index); };
    setting_.store.pages.for_each_touched(process.id_of(range.first), range.pages, at);
  }
  bool is_free_to_change(ProcessMemory& process, IovaPage page) const;
  bool counted() const { return setting_.window.counts(setting_.simulation.now()); }

  Setting setting_;
  NotifierStats stats_;
};

}  // namespace faultpath::models
