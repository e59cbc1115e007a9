// Transactions that an SMMU holds until software says retry or abort (IHI 0070, 3.12).
#pragma once

#include <deque>
#include <vector>

#include "models/messages.hpp"
#include "sim/signal.hpp"

namespace faultpath::models {

/// Each stalled transaction has a tag (STAG) of its own among the live ones. CMD_RESUME with a tag
/// that is not live has no effect.
class StallTable {
 public:
  /// A new stall. At most 65536 are live: the tag has 16 bits.
  PrgIndex hold();
  /// `ResponseCode code = co_await stalls.resumed(stag)`: Success means retry, anything else abort.
  /// The tag is free again when this goes on.
  auto resumed(PrgIndex stag) { return Resumed{*this, stag}; }
  /// CMD_RESUME. False, and nothing else, for a tag that is not live.
  bool resume(PrgIndex stag, ResponseCode code);

  std::size_t live() const { return stalls_.size() - free_.size(); }

 private:
  struct Stall {
    bool live = false;
    ResponseCode code = ResponseCode::success;
    sim::Signal resumed;
  };
  struct Resumed {
    StallTable& table;
    PrgIndex stag;
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      table.stalls_[stag.value].resumed.wait({"RESUME command", "iommu"}).await_suspend(self);
    }
    ResponseCode await_resume() const { return table.stalls_[stag.value].code; }
  };

  std::deque<Stall> stalls_;  // by tag
  std::vector<std::uint16_t> free_;
};

}  // namespace faultpath::models
