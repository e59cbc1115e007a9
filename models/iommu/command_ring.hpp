// The ring of descriptors by which software speaks to the IOMMU: invalidations, waits, responses.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "models/base/address.hpp"
#include "models/base/messages.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/iommu/posted_invalidations.hpp"
#include "models/memory/io_page_table.hpp"
#include "sim/distribution.hpp"
#include "sim/semaphore.hpp"
#include "sim/signal.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// When the entry of a descriptor can take another one. What has been carried out and waits for its
/// device's answer needs no entry to be remembered: the IOMMU has its tag.
enum class EntryFree {
  fetched,    ///< the head has passed it (RISC-V cqh, AMD CmdHeadPtr)
  consumed,   ///< it has been carried out, a CMD_SYNC completed (SMMUv3, CMDQ_CONS)
  completed,  ///< it and all before it have completed (VT-d under Linux, reclaim_free_desc(),
              ///< although IQH has passed it long before)
};

/// What the ring of an architecture does differently.
struct CommandSet {
  EntryFree entry_free = EntryFree::fetched;
  bool wait_blocks = false;      ///< later descriptors wait for a wait (SMMU CMD_SYNC; assumed)
  bool response_waited = false;  ///< software follows a response by a wait of its own (Linux VT-d)
  bool timeout_aborts = false;   ///< aborts every pending wait, stops the ring (VT-d 6.5.2.11)
};

CommandSet command_set(IommuKind kind);

/// Descriptors are carried out in order, one after the other (VT-d 6.5.2.12):
/// - an IOTLB invalidation takes its cost;
/// - a device TLB invalidation takes an invalidation tag of its function, and waits for one if it
///   has as many outstanding as it accepts (6.5.2.6); then it is posted to the device, as is a page
///   group response, both in order (7.8);
/// - a wait completes once every earlier descriptor has: a device TLB invalidation when the device
///   has answered, which does not keep later descriptors from being carried out.
///
/// A descriptor keeps its entry as EntryFree says. Who finds no free entry waits, first come first
/// served.
class CommandRing {
 public:
  /// Carries out what a descriptor asks for.
  class Executor {
   public:
    virtual void invalidate_iotlb(IoPageTable& space, IovaPage first, std::uint64_t pages) = 0;
    virtual void post(DeviceIndex device, const DeviceInvalidation& request) = 0;
    virtual void post(DeviceIndex device, const GroupResponse& response) = 0;
    /// The device has not answered in time; its tag is free again.
    virtual void timed_out(DeviceIndex device) = 0;

   protected:
    ~Executor() = default;
  };
  /// The status that a wait descriptor writes, for the software that spins on it.
  struct Status {
    enum class Value { pending, completed, aborted } value = Value::pending;
    sim::Signal written;
  };

  /// `path` names the IOMMU; it and `executor` outlive this.
  CommandRing(sim::Simulation& simulation, const std::string& path, const InvalidationSpec& spec,
              const CommandSet& commands, Executor& executor);
  CommandRing(const CommandRing&) = delete;
  CommandRing& operator=(const CommandRing&) = delete;

  /// Devices are added in the order of their index, each with the invalidations that it can have
  /// outstanding.
  void add_device(std::uint32_t depth = PostedInvalidations::kItags) { posted_.add_device(depth); }
  /// No device issues any more: the time-out timer need not keep the run alive.
  void finish();

  /// `co_await queue.room()` before each descriptor: waits for a free entry and takes it.
  auto room() { return slots_.take(); }

  // Puts a descriptor into the entry that room() has taken.

  void submit_iotlb(IoPageTable& space, IovaPage first, std::uint64_t pages);
  /// Of one PASID, or of all that the device holds.
  void submit_device_tlb(Originator whose, IovaPage first, std::uint64_t pages);
  void submit_response(DeviceIndex device, const GroupResponse& response);
  /// `status` lives until it is not pending any more. It may be written before this returns.
  void submit_wait(Status& status);

  /// A response needs no entry while the ring is idle and fetching costs nothing: it is posted at
  /// once. False, and nothing else, otherwise.
  bool respond_at_once(DeviceIndex device, const GroupResponse& response) {
    if (!idle() || !fetch_.is_free()) return false;
    executor_.post(device, response);
    return true;
  }
  /// The device has answered. No effect for a tag that is not outstanding.
  void completed(const DeviceInvalidationDone& done);

  /// Entries in use.
  std::uint64_t size() const { return next_ + commands_to_do_.size() - freed_; }
  /// The invalidation time-out error is set (FSTS.ITE): nothing is fetched.
  bool stopped() const { return stopped_; }
  const CommandSet& commands() const { return commands_; }

 private:
  enum class Kind : std::uint8_t { iotlb, device_tlb, response, wait };
  /// What an entry holds until it has been carried out.
  struct Command {
    Kind kind = Kind::wait;
    Originator whose{};
    IoPageTable* space = nullptr;
    IovaPage first;
    std::uint64_t pages = 0;
    GroupResponse response;
    Status* status = nullptr;
  };
  /// Time of one step; each takes a draw.
  struct Cost {
    sim::Distribution distribution;
    sim::RandomStream stream;

    sim::Duration operator()() { return distribution(stream); }
    bool is_free() const {
      return distribution.is_constant() && distribution.mean() == sim::Duration::zero();
    }
  };
  /// A wait that has been carried out, behind an invalidation that is not answered.
  struct Wait {
    std::uint64_t sequence;
    Status* status;  // null: aborted
  };

  void submit(const Command& command);
  sim::Process engine();
  void post_device_tlb(const Command& command);
  void settle();
  void free_until(std::uint64_t sequence);
  void time_out(DeviceIndex device);
  void abort_waits();
  void clear_error();
  bool may_fetch() const { return !commands_to_do_.empty() && !stopped_; }
  /// Every descriptor has completed.
  bool idle() const { return commands_to_do_.empty() && posted_.empty(); }

  sim::Simulation& simulation_;
  const char* path_;
  std::string name_;
  CommandSet commands_;
  Executor& executor_;
  sim::Semaphore slots_;
  Cost fetch_, iotlb_;
  // Descriptors are numbered in their sequence: those before freed_ have no entry any more, those
  // before next_ have been carried out, and next_ is the first of commands_to_do_.
  std::uint64_t freed_ = 0;
  std::uint64_t next_ = 0;
  std::deque<Command> commands_to_do_;
  std::deque<Wait> waits_;
  PostedInvalidations posted_;
  sim::Signal changed_;  // what the engine may wait for has changed
  bool finishing_ = false;
  bool stopped_ = false;
};

}  // namespace faultpath::models
