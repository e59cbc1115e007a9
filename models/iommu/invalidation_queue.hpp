// The ring of descriptors by which software speaks to the IOMMU: invalidations, waits, responses.
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "models/address.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/memory/address_space.hpp"
#include "models/messages.hpp"
#include "sim/distribution.hpp"
#include "sim/semaphore.hpp"
#include "sim/signal.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// What the ring of an architecture does differently.
struct CommandSet {
  bool wait_blocks = false;      ///< later descriptors wait for a wait (SMMU CMD_SYNC; assumed)
  bool response_waited = false;  ///< software follows a response by a wait of its own (Linux VT-d)
  bool timeout_aborts = false;   ///< aborts every pending wait, stops the ring (VT-d 6.5.2.11)
};

CommandSet command_set(IommuKind kind);

/// Descriptors are carried out in order, one after the other (VT-d 6.5.2.12):
/// - an IOTLB invalidation takes its cost;
/// - a device TLB invalidation takes an invalidation tag of its function, and waits for one if it
/// has
///   as many outstanding as it accepts (6.5.2.6); then it is posted to the device, as is a page
///   group response, both in order (7.8);
/// - a wait completes once every earlier descriptor has: a device TLB invalidation when the device
///   has answered, which does not keep later descriptors from being carried out.
///
/// A descriptor keeps its entry until it and all before it have completed, as software frees them.
/// Who finds no free entry waits, first come first served.
class InvalidationQueue {
 public:
  /// Carries out what a descriptor asks for.
  class Executor {
   public:
    virtual void invalidate_iotlb(AddressSpace& space, IovaPage first, std::uint64_t pages) = 0;
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

  InvalidationQueue(sim::Simulation& simulation, const InvalidationSpec& spec,
                    const CommandSet& commands, Executor& executor);
  InvalidationQueue(const InvalidationQueue&) = delete;
  InvalidationQueue& operator=(const InvalidationQueue&) = delete;

  /// As many invalidations as tags of 5 bits tell apart.
  static constexpr std::uint32_t kItags = 32;

  /// Devices are added in the order of their index, each with the invalidations that it can have
  /// outstanding, 1 to kItags.
  void add_device(std::uint32_t depth = kItags) { ports_.push_back({.free = depth}); }
  /// No device issues any more: the time-out timer need not keep the run alive.
  void finish();

  /// `co_await queue.room()` before each descriptor: waits for a free entry and takes it.
  auto room() { return slots_.take(); }

  // Puts a descriptor into the entry that room() has taken.

  void submit_iotlb(AddressSpace& space, IovaPage first, std::uint64_t pages);
  void submit_device_tlb(DeviceIndex device, IovaPage first, std::uint64_t pages);
  void submit_response(DeviceIndex device, const GroupResponse& response);
  /// `status` lives until it is not pending any more. It may be written before this returns.
  void submit_wait(Status& status);

  /// A response needs no entry while the ring is empty and fetching costs nothing: it is posted at
  /// once. False, and nothing else, otherwise.
  bool respond_now(DeviceIndex device, const GroupResponse& response) {
    if (!entries_.empty() || !free_fetch_) return false;
    executor_.post(device, response);
    return true;
  }
  /// The device has answered. No effect for a tag that is not outstanding.
  void completed(const DeviceInvalidationDone& done);

  /// Entries in use.
  std::size_t size() const { return entries_.size(); }
  /// The invalidation time-out error is set (FSTS.ITE): nothing is fetched.
  bool stopped() const { return stopped_; }
  const CommandSet& commands() const { return commands_; }

 private:
  enum class Kind : std::uint8_t { iotlb, device_tlb, response, wait };
  struct Entry {
    Kind kind = Kind::wait;
    bool carried_out = false;
    bool done = false;
    std::uint32_t itag = 0;
    DeviceIndex device;
    AddressSpace* space = nullptr;
    IovaPage first;
    std::uint64_t pages = 0;
    GroupResponse response;
    Status* status = nullptr;
    sim::Time deadline = sim::kEndOfTime;
  };
  struct Port {
    std::uint32_t free = kItags;
    std::array<std::uint64_t, kItags> outstanding{};  // sequence number plus one; 0: free tag
  };

  void submit(const Entry& entry);
  sim::Process engine();
  void post_device_tlb(std::uint64_t sequence);
  void finish_device_tlb(std::uint64_t sequence);
  void retire();
  void watch();
  static void expire(void* queue);
  void time_out(std::uint64_t sequence);
  void abort_waits();
  static void clear_error(void* queue);
  Entry& at(std::uint64_t sequence) { return entries_[sequence - first_]; }
  bool idle() const { return next_ == first_ + entries_.size() || stopped_; }
  std::uint64_t oldest_unanswered() const;

  sim::Simulation& simulation_;
  CommandSet commands_;
  Executor& executor_;
  sim::Duration timeout_;
  sim::Semaphore slots_;
  sim::Distribution fetch_, iotlb_;
  sim::RandomStream fetch_stream_, iotlb_stream_;
  bool free_fetch_;
  std::deque<Entry> entries_;  // by sequence number, from first_ on
  std::uint64_t first_ = 0;
  std::uint64_t next_ = 0;  // to be carried out
  std::deque<Port> ports_;
  sim::Signal changed_;  // what the engine may wait for has changed
  sim::EventId timer_{};
  bool watching_ = false;
  bool finishing_ = false;
  bool stopped_ = false;
};

}  // namespace faultpath::models
