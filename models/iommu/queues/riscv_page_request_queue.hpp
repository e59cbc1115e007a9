// The page request queue of the RISC-V IOMMU, hardware half (RISC-V IOMMU 3.7 and 4.3).
#pragma once

#include <cstdint>
#include <optional>

#include "models/iommu/queues/page_request_queue.hpp"
#include "models/iommu/queues/request_ring.hpp"
#include "models/iommu/queues/riscv_device_directory.hpp"

namespace faultpath::models {

/// The two words of a queue entry (RISC-V IOMMU 4.3).
struct RiscvPageRequestRecord {
  std::uint64_t payload_and_id = 0, address_and_flags = 0;
};
/// Privilege and execution count only together with a PASID. `unqualified` is what the PASID field
/// of a message without a valid PASID held, stop markers above all: it is stored as it came.
RiscvPageRequestRecord record_of(const PageRequest& request, Pasid unqualified = {});

/// Why a page request was queued or not, in the order in which hardware asks.
enum class RiscvVerdict {
  off,            ///< Failure
  bare,           ///< Invalid
  too_wide,       ///< Invalid
  access_fault,   ///< Failure
  corrupted,      ///< Failure
  invalid,        ///< Failure
  misconfigured,  ///< Failure
  not_enabled,    ///< EN_PRI = 0: Invalid
  queue_off,      ///< Failure
  memory_fault,   ///< the flag is set: Failure
  overflow,       ///< the flag is set, even when there is space: Success
  full,           ///< sets the overflow flag: Success
  write_fault,    ///< the entry cannot be written, sets the memory fault flag: Failure
  queued,
};

struct RiscvArrival {
  RiscvVerdict verdict = RiscvVerdict::queued;
  Arrival arrival;
  std::optional<FaultCause> logged;  ///< goes to the fault queue
};

/// - N entries hold N - 1 requests.
/// - A request that is not queued is answered as RiscvVerdict says if it is the last of its group
///   and no stop marker; others are dropped silently. Failure carries the PASID of the request,
///   Success and Invalid only if the device context asks for it (PRPR).
/// - Overflow and memory fault stay until software clears them.
/// - A queued request and each flag going from 0 to 1 send an interrupt if they are enabled and
///   none is pending.
class RiscvPageRequestQueue final : public PageRequestQueue {
 public:
  /// A queue in service: on, interrupts enabled, every device may send page requests.
  /// Requires a power of two from 2 (PQB.LOG2SZ-1).
  explicit RiscvPageRequestQueue(std::uint32_t entries);
  /// A queue after reset: off, two entries, interrupts disabled.
  explicit RiscvPageRequestQueue(RiscvDeviceDirectory directory);

  Arrival arrive(const PageRequest& request) override;
  RiscvArrival receive(const PageRequest& request);
  /// As software does it: the queue is drained before it is enabled again.
  void set(IommuSwitch what, bool on, DeviceIndex device) override;

  std::uint32_t usable_entries() const override { return ring_.usable_entries(); }
  /// A ring that was resized while off has its old tail until it is enabled.
  std::uint32_t occupied() const override { return ring_.occupied(); }
  bool overflow() const override { return overflow_; }
  bool holds(const Originator& who) const override { return ring_.holds(who); }
  bool may_interrupt() const override { return !pending_; }

  // Registers, as the driver uses them. False: the write had no effect.

  RiscvDeviceDirectory& directory() { return directory_; }
  const RiscvDeviceDirectory& directory() const { return directory_; }
  std::uint32_t entries() const { return ring_.entries(); }
  std::uint32_t head() const { return ring_.head(); }
  std::uint32_t tail() const { return ring_.tail(); }
  std::uint32_t next(std::uint32_t index) const { return ring_.next(index); }
  const PageRequest& at(std::uint32_t index) const { return ring_.at(index); }
  bool on() const { return on_; }
  bool memory_fault() const { return memory_fault_; }
  bool interrupts() const { return interrupts_; }
  /// ipsr.pip.
  bool pending() const { return pending_; }

  /// PQB: a new ring with head 0. Only while off, which the specification leaves open.
  bool resize(std::uint32_t entries);
  /// PQH: frees every entry before `head`.
  void set_head(std::uint32_t head) { ring_.set_head(head); }
  /// pqcsr.pqen = 1: tail to 0, flags cleared. The head stays: software writes it first, or the
  /// queue begins with entries that nobody sent.
  bool enable();
  /// pqcsr.pqen = 0: everything else stays.
  bool disable();
  /// pqcsr.pie: does not send an interrupt by itself.
  void enable_interrupts(bool enabled) { interrupts_ = enabled; }
  /// Writes 1 to pqcsr.pqof.
  void clear_overflow() { overflow_ = false; }
  /// Writes 1 to pqcsr.pqmf.
  void clear_memory_fault() { memory_fault_ = false; }
  /// Writes 1 to ipsr.pip. True: a flag that is still set has sent an interrupt again. A queue that
  /// holds requests does not.
  bool clear_pending();

  /// Entries whose memory cannot be written.
  struct BrokenMemory {
    bool all = false;
    std::optional<std::uint32_t> entry = std::nullopt;
  };
  void break_memory(const BrokenMemory& broken) { broken_ = broken; }

 private:
  RiscvVerdict judge(const DirectoryLookup& lookup) const;
  bool interrupt();

  RiscvDeviceDirectory directory_;
  RequestRing ring_;
  BrokenMemory broken_;
  bool on_ = false;
  bool interrupts_ = false;
  bool pending_ = false;
  bool overflow_ = false;
  bool memory_fault_ = false;
};

}  // namespace faultpath::models
