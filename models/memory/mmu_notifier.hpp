// MMU notifier: who holds translations of a process's pages hears before a page is taken away.
#pragma once

#include <cstdint>

#include "models/base/address.hpp"
#include "models/cpu/worker.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// Source: Linux, struct mmu_notifier_ops. The owner of an I/O page table implements it; memory
/// knows no device and no IOMMU.
class MmuNotifier {
 public:
  MmuNotifier() = default;
  MmuNotifier(const MmuNotifier&) = delete;
  MmuNotifier& operator=(const MmuNotifier&) = delete;

  /// Could somebody reach the page through it?
  virtual bool maps(IovaPage page) const = 0;
  /// Has the page been used through it since the last call? Only where hardware tells.
  virtual bool clear_young(IovaPage page) = 0;
  /// Takes the pages out of its tables and of all that cache them. On return nobody reaches them
  /// through it until they are mapped again. The worker is on a core and is charged; it may owe on
  /// return.
  virtual sim::Task<> invalidate_range(IovaPage first, std::uint64_t pages, Worker& worker) = 0;

 protected:
  ~MmuNotifier() = default;
};

}  // namespace faultpath::models
