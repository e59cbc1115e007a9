// Transactions that an SMMU holds until software says retry or abort (IHI 0070, 3.12).
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>

#include "models/base/messages.hpp"
#include "sim/pool.hpp"
#include "sim/signal.hpp"

namespace faultpath::models {

/// Why a stalled transaction goes on.
enum class StallEnd : std::uint8_t {
  retry,       ///< CMD_RESUME with Ac = 1: as though it had just arrived
  abort,       ///< CMD_RESUME with Ac = 0
  terminated,  ///< CMD_STALL_TERM of its stream
};

/// What is the same in two faults of which the SMMU need record only one (3.12.2.1). All stalls
/// here are translation faults of data.
struct StalledFault {
  DeviceIndex device;
  IovaPage page;
  std::optional<Pasid> pasid;

  bool operator==(const StalledFault&) const = default;
};

/// Each stalled transaction has a tag (STAG) of its own among the live ones. Commands name the
/// stream and the tag; with a tag that is not live for that stream they have no effect. A tag is
/// live until a command ends its stall, and can be given again once its transaction has left too.
class StallTable {
 public:
  /// With `finds_duplicates`, is_pending() may be asked. `path` names the IOMMU in reports and
  /// outlives this.
  explicit StallTable(bool finds_duplicates = false, const char* path = "")
      : finds_duplicates_(finds_duplicates), path_(path) {}

  /// A new stall. At most 65536 tags are in use: they have 16 bits.
  PrgIndex hold(const StalledFault& fault);
  /// An event record for the stall has been written, or waits for room.
  void record(PrgIndex stag);
  bool recorded(PrgIndex stag) const { return stalls_[stag.value].recorded; }
  /// Such a record is pending: written, and its stall has not been ended.
  bool is_pending(const StalledFault& fault) const { return pending_.contains(fault); }

  /// `std::optional<StallEnd> end = co_await stalls.ended(stag)`; absent: the SMMU tries again by
  /// itself. With an end the transaction has left.
  auto ended(PrgIndex stag) { return Ended{*this, stag}; }
  /// Has a command ended it meanwhile? Then the transaction has left.
  std::optional<StallEnd> take_end(PrgIndex stag);
  /// The transaction leaves without a command; software still has to answer a recorded stall.
  void leave(PrgIndex stag);
  /// Lets the transaction try again, if it is the `life`-th of this tag and still stalls.
  bool try_again(PrgIndex stag, std::uint32_t life);
  std::uint32_t life(PrgIndex stag) const { return stalls_[stag.value].life; }

  /// A command ends the stall. False, and nothing else, for a tag that is not live in the stream.
  bool end(DeviceIndex device, PrgIndex stag, StallEnd how);
  /// The transaction has left and only the command is missing.
  bool has_left(PrgIndex stag) const {
    return stag.value < stalls_.size() && !stalls_[stag.value].held;
  }

  /// Stalls that no command has ended.
  std::size_t live() const { return live_; }
  /// Tags that have ever been used: 0 to this.
  std::size_t tags() const { return stalls_.size(); }

 private:
  struct Stall {
    bool live = false;  // no command has ended it
    bool held = false;  // its transaction is here
    bool recorded = false;
    StallEnd how = StallEnd::retry;
    std::uint32_t life = 0;
    StalledFault fault;
    sim::Signal resumed;
  };
  struct Ended {
    StallTable& table;
    PrgIndex stag;
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      table.stalls_[stag.value].resumed.wait({"RESUME command", table.path_}).await_suspend(self);
    }
    std::optional<StallEnd> await_resume() const { return table.take_end(stag); }
  };

  struct Hash {
    std::size_t operator()(const StalledFault& fault) const;
  };

  bool finds_duplicates_;
  const char* path_;
  sim::Pool<Stall> stalls_;  // by tag
  std::size_t live_ = 0;
  std::unordered_multiset<StalledFault, Hash> pending_;  // recorded and live
};

}  // namespace faultpath::models
