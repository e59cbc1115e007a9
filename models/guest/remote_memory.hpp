// Remote memory: pages of the VMM's process that are still at the source of a migration, and the
// network over which they come.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/runs.hpp"
#include "models/base/window.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/cpu/worker.hpp"
#include "models/guest/migration_spec.hpp"
#include "models/guest/migration_stats.hpp"
#include "models/memory/memory.hpp"
#include "models/memory/mm_faults.hpp"
#include "models/memory/process_memory.hpp"
#include "sim/event.hpp"
#include "sim/platform.hpp"
#include "sim/process.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct RemoteMemorySetting {
  sim::Simulation& simulation;
  const MigrationSpec& spec;
  Processor& cores;        ///< of the host: the VMM's threads
  Memory& memory;          ///< of the host
  ProcessMemory& process;  ///< the VMM's: the guest's memory
  const StatisticsWindow& window;
  std::string path;
};

/// A fault on a page that is not here goes to a thread of the VMM, which asks the source for the
/// page, waits, and installs it. Each page is sent once: one that a stream has on its way is waited
/// for. Demands have connections of their own, so that they share the network with the streams but
/// do not queue behind them. What is received takes a frame at once, without the host's cores.
class RemoteMemory final : public MmFaults {
 public:
  /// From now on it serves the faults of the process; nothing is remote.
  explicit RemoteMemory(const RemoteMemorySetting& setting);
  RemoteMemory(const RemoteMemory&) = delete;
  RemoteMemory& operator=(const RemoteMemory&) = delete;

  /// All pages are at the source, but for `sent`.
  void leave(const Runs& sent);
  /// Starts the streams that push pages, in the order of addresses.
  void push();
  /// They end with what they have on its way.
  void stop() { stopped_ = true; }
  /// So many bytes of other things come.
  sim::Task<> receive(std::uint64_t bytes);

  bool is_here(IovaPage page) const { return places_[index_of(page)] == Place::here; }
  /// No page is remote. To be waited for after leave().
  sim::Event& complete() { return complete_; }

  /// A worker that is a task is a virtual CPU, which nobody else gets meanwhile.
  sim::Task<Residency> make_resident(ProcessMemory& process, IovaPage page, Worker& worker,
                                     FaultAccess access) override;

  MigrationStats& stats() { return stats_; }
  const MigrationStats& stats() const { return stats_; }
  bool counts() const { return setting_.window.counts(setting_.simulation.now()); }

 private:
  enum class Place : std::uint8_t { here, source, asked, coming };

  std::size_t index_of(IovaPage page) const {
    return static_cast<std::size_t>(page.value - setting_.process.first().value);
  }
  sim::Task<> bring(IovaPage page);
  sim::Process fetch(IovaPage page);
  sim::Process stream();
  sim::Process arrive(std::vector<IovaPage> pages);
  void install(IovaPage page);

  const RemoteMemorySetting setting_;
  MmFaults& local_;
  sim::PlatformHost& source_;
  sim::PlatformHost& here_;
  RandomCost exit_, notify_, serve_, install_;
  std::vector<Place> places_;  // of each page of the process, which has no holes
  std::size_t next_ = 0;       // below it nothing is left to push
  std::uint64_t remote_ = 0;   // pages that are not here
  bool stopped_ = false;
  sim::Event arrived_{"pages of a migration"}, complete_{"the end of a migration"};
  MigrationStats stats_;
};

}  // namespace faultpath::models
