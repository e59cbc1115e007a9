// What a scenario says about the I/O page fault core: time-outs of responses, and lost ones.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/time.hpp"

namespace faultpath::models {

/// What the core does about a group that has not been answered in time. Linux has no time-out; the
/// proposal of 2020 only warns (Pan, [PATCH v5 02/19] iommu: handle page response timeout).
enum class TimeoutAction : std::uint8_t {
  off,
  warn,          ///< it is counted, and goes on waiting
  invalid,       ///< the core answers Invalid in the place of the handler
  failure_reset  ///< the core answers Failure to all groups of the device, and resets it
};

struct ResponseTimeoutSpec {
  TimeoutAction action = TimeoutAction::off;
  /// From the handler's acceptance of a group (Pan: 10 s, from 1 to 100). The device's timer looks
  /// once in such a period, as long as anything is pending; a group is late by less than two.
  sim::Duration after = sim::seconds(10);
};

/// Responses that are not given, or do not arrive; for study. None unless `share` is above 0.
struct LostResponseSpec {
  enum class Where : std::uint8_t {
    handler,  ///< the handler does not answer: its group stays pending
    message   ///< the core has answered: nobody waits for the group any more but the device
  };
  Where where = Where::handler;
  double share = 0.0;                      ///< of the responses, up to 1
  std::uint64_t after = 0;                 ///< so many are not lost before
  std::optional<std::uint64_t> at_most{};  ///< absent: no bound
  std::optional<sim::Duration> late{};  ///< it comes after all, by so much too late; absent: never
};

/// Who serves a group of a handler of the kernel.
enum class GroupService : std::uint8_t {
  work_queue,       ///< a thread of the work queue
  interrupt_thread  ///< the thread that reads the queue, before it reads the next request
};

struct IopfCoreSpec {
  /// Requests are kept until the last of their group has come, and handlers get whole groups. Else
  /// each is forwarded as soon as it is reported, and recalled when the queue overflows.
  bool hold_partial = true;
  GroupService service = GroupService::work_queue;
  ResponseTimeoutSpec timeout;
  LostResponseSpec lost;
};

}  // namespace faultpath::models
