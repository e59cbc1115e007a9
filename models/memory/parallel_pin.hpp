// Parallel pinning: threads that pin one range, and the lock that they meet at.
#pragma once

#include <cstdint>

#include "models/cpu/processor.hpp"
#include "models/cpu/worker.hpp"
#include "models/memory/pin_threads_spec.hpp"
#include "sim/event.hpp"
#include "sim/process.hpp"
#include "sim/rw_lock.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// What is to be pinned. Times are those of a whole batch for one thread alone.
struct PinWork {
  std::uint64_t pages = 0;
  sim::Duration fill{};  ///< faulting in and zeroing, under the lock for reading
  sim::Duration pin{};   ///< get_user_pages() of what is there, under the lock for reading
  sim::Duration map{};   ///< iommu_map(), without the mmap lock
};

struct PinThreadsStats {
  std::uint64_t read_sections = 0, write_sections = 0;
};

/// The threads take pieces of the range: four a thread, as Linux's padata does, so that one that is
/// late does not hold up the others. A thread pins a batch under the mmap lock for reading, then
/// counts it under the lock for writing, then maps it. A writer waits for the batches that are
/// being pinned and holds back those behind it: all threads meet once a batch, and what a hand-over
/// costs then is paid by all of them. That is why more threads may be slower.
class PinThreads {
 public:
  /// All outlive it. Requires threads, batch >= 1. It is run once.
  PinThreads(sim::Simulation& simulation, Processor& processor, sim::RwLock& mmap_lock,
             const PinThreadsSpec& spec)
      : simulation_(simulation), processor_(processor), mmap_lock_(mmap_lock), spec_(spec) {}
  PinThreads(const PinThreads&) = delete;
  PinThreads& operator=(const PinThreads&) = delete;

  /// Returns when everything has been pinned, counted and mapped. A single thread is `worker`; with
  /// several it sleeps until the last has ended.
  sim::Task<> run(PinWork work, Worker& worker);

  const PinThreadsStats& stats() const { return stats_; }

 private:
  sim::Process thread();
  sim::Task<> take_pieces(Worker& worker);
  sim::Task<> pin(std::uint64_t pages, Worker& worker);
  sim::Task<> count(Worker& worker);
  sim::Task<sim::RwLockHold> lock(bool writer, Worker& worker);
  sim::Duration share(sim::Duration of_a_batch, std::uint64_t pages) const;

  sim::Simulation& simulation_;
  Processor& processor_;
  sim::RwLock& mmap_lock_;
  PinThreadsSpec spec_;
  PinWork work_;
  std::uint64_t next_ = 0;     // page that no thread has taken yet
  std::uint32_t running_ = 0;  // threads
  std::uint32_t filling_ = 0;  // threads that fill memory
  sim::Event ended_{"the threads that pin"};
  PinThreadsStats stats_;
};

/// What it takes on an idle machine of `cores` cores, with the lock to themselves: for validation.
sim::Duration time_to_pin(const PinThreadsSpec& spec, const PinWork& work, std::uint32_t cores);

}  // namespace faultpath::models
