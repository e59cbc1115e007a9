// snoop: a thread of the host checks every operation before the device sees it.
#pragma once

#include <cstdint>

#include "models/strategy/dma_strategy.hpp"
#include "models/strategy/per_table.hpp"
#include "models/strategy/snoop_spec.hpp"
#include "sim/process.hpp"
#include "sim/semaphore.hpp"

namespace faultpath::models {

/// Below a rate of operations the thread takes each in the order of the guest's kicks: it looks
/// whether the pages are there, brings in what is missing as a fault of the CPU does, and publishes
/// the operation. Its pages are pinned from then to its end; they stay mapped, and reclaim may take
/// them afterwards. Above the rate all pages of the table are brought in and pinned, if they fit
/// into memory, and operations pass unseen until the rate falls.
class Snoop final : public DmaStrategy {
 public:
  Snoop(const StrategyContext& context, const SnoopSpec& spec);

  sim::Task<> attach(IoPageTable& table, Worker& worker) override;
  sim::Task<bool> before(IoPageTable& table, PageRange pages) override;
  sim::Task<> after(IoPageTable& table, PageRange pages) override;

 private:
  struct Queue {
    sim::Semaphore own{1, "snoop thread"};
    bool passthrough = false;
    std::uint64_t operations = 0;  // in this window
    std::uint64_t locked = 0;      // pages that are pinned for good
  };
  // The note of an entry: the operations that use the page, and why it is pinned besides.
  static constexpr std::uint32_t kLocked = 1U << 31;  // its chunk is, which the bitmap says
  static constexpr std::uint32_t kKept = 1U << 30;    // for passthrough

  sim::Semaphore& thread_of(Queue& queue) {
    return spec_.thread == SnoopSpec::Thread::own ? queue.own : shared_;
  }
  static bool is_locked(IoPageTable& table, IovaPage page) {
    return (table.entry(page).note & kLocked) != 0;
  }
  sim::Task<bool> check(IoPageTable& table, PageRange pages, Worker& worker);
  sim::Duration cost_of(IoPageTable& table, PageRange pages, bool missing) const;
  sim::Task<bool> hold(IoPageTable& table, IovaPage page, Worker& worker);
  void end_use(IoPageTable& table, IovaPage page);
  /// `why` is one of the two above.
  sim::Task<bool> keep(IoPageTable& table, IovaPage page, std::uint32_t why, Worker& worker);

  sim::Process switch_by_rate(IoPageTable& table);
  sim::Task<> to_passthrough(IoPageTable& table);
  sim::Task<> to_snoop(IoPageTable& table);
  bool fits(std::uint64_t pages) const;
  sim::Task<bool> keep_all(IoPageTable& table, Worker& worker);
  void let_all_go(IoPageTable& table);

  SnoopSpec spec_;
  PerTable<Queue> queues_;
  sim::Semaphore shared_{1, "snoop thread"};
  std::uint64_t reserved_ = 0;  // pages that switches under way are about to pin
};

}  // namespace faultpath::models
