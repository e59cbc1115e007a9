// A group between the fault core and the files that user space reads.
#pragma once

#include <cstdint>

#include "models/base/messages.hpp"
#include "models/kernel/iopf_core.hpp"
#include "models/kernel/iopf_group.hpp"
#include "sim/pool.hpp"

namespace faultpath::models {

/// A group that lies in one file, or in two, a part in each. It is answered once, when every part
/// has been: Success if all are.
struct HeldGroup {
  IopfGroup* group = nullptr;
  std::uint32_t parts = 0;  ///< not answered yet
  ResponseCode code = ResponseCode::success;
};

/// The groups of all files of a kernel.
class HeldGroups {
 public:
  explicit HeldGroups(IopfCore& core) : core_(core) {}

  HeldGroup& hold(IopfGroup& group, std::uint32_t parts) {
    HeldGroup& held = groups_.take();
    held = {&group, parts, ResponseCode::success};
    return held;
  }
  /// A part has been answered. With the last the device gets its answer, as from
  /// IopfCore::respond(), and the group is forgotten.
  sim::Task<> answer(HeldGroup& held, ResponseCode code, Worker& worker) {
    if (code != ResponseCode::success) held.code = code;
    if (--held.parts > 0) co_return;
    IopfGroup& group = *held.group;
    const ResponseCode answer = held.code;
    groups_.give(held);
    if (group.pending) {
      core_.begin_response(group, worker);
      co_await worker.pay();
      co_await core_.respond(group, answer);
    }
    core_.free(group);
  }
  /// User space has begun to handle the group.
  void begin_handling(HeldGroup& held, Worker& worker) {
    if (held.group->pending) core_.begin_handling(*held.group, worker.paid());
  }
  /// That nobody has answered.
  std::size_t size() const { return groups_.in_use(); }

 private:
  IopfCore& core_;
  sim::Pool<HeldGroup> groups_;
};

}  // namespace faultpath::models
