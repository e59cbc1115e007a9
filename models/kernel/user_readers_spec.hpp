// What a scenario says about the user space that handles faults.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// How often, and to whom, user space answers a group that it has handled.
enum class UserAnswers {
  once,
  never,          ///< the group stays unanswered
  twice,          ///< the same answer is written again at once
  unknown_first,  ///< an answer to a group that does not exist comes first
  swapped,        ///< of two groups of one read() each gets the other's answer
};

/// By what an answer finds its group.
enum class UserMatch {
  cookie,           ///< the number that read() gave the group (iommufd)
  device,           ///< device label, PASID and group index
  pasid_and_index,  ///< PASID and group index alone: the first device of the file that has such
};

/// What user space does with the groups of a device.
struct UserHandlingSpec {
  /// Processor time of user space for a group, besides making its pages present (assumed).
  sim::DistributionSpec work = sim::ConstantSpec{sim::microseconds(1)};
  /// Asleep before that, as for a page that comes over a network.
  sim::DistributionSpec fetch = sim::ConstantSpec{};
  UserAnswers answers = UserAnswers::once;
  double share = 1.0;  ///< of the groups that are answered so; the others are answered once
};

/// The same for the devices of one name; what is absent is as for all.
struct UserExceptionSpec {
  std::string device;
  std::optional<sim::DistributionSpec> work{}, fetch{};
  std::optional<UserAnswers> answers{};
  std::optional<double> share{};
};

/// What user space does with its page tables and queues while devices run.
enum class UserAction {
  detach,             ///< the function from its page tables
  replace_same_file,  ///< its page tables by others that report to the same queues
  replace_new_file,   ///< its page tables by others that report to new files
  close,              ///< the descriptors of the queues that it had at first: nobody reads any more
  destroy,            ///< these queues
};

struct UserEventSpec {
  sim::Duration at{};  ///< since the devices started
  UserAction action = UserAction::detach;
  std::string device;  ///< whose instances are all meant
};

/// Threads that read fault files, handle what they read, and write the answers.
struct UserReadersSpec : UserHandlingSpec {
  enum class Readers {
    single,     ///< the same threads look after every file
    per_queue,  ///< each file has threads of its own
  };
  Readers readers = Readers::per_queue;
  std::uint32_t threads = 1;    ///< that read together
  std::uint32_t records = 100;  ///< page requests that the buffer of one read() holds (QEMU)
  /// From the arrival of a group to a thread that slept in poll() (eventfd: 2 to 5 us, assumed).
  sim::DistributionSpec wake_up = sim::ConstantSpec{sim::microseconds(3)};
  /// A poll(), read() or write(), besides what it waits for (assumed).
  sim::DistributionSpec system_call = sim::ConstantSpec{sim::nanoseconds(300)};
  UserMatch match = UserMatch::cookie;
  std::vector<UserExceptionSpec> exceptions;  ///< none unless named; the first of a name counts
  std::vector<UserEventSpec> events;          ///< none unless named
};

/// How the groups of the devices of this name are handled.
inline UserHandlingSpec handling_of(const UserReadersSpec& spec, const std::string& device) {
  UserHandlingSpec handling = spec;
  for (const UserExceptionSpec& each : spec.exceptions) {
    if (each.device != device) continue;
    handling.work = each.work.value_or(handling.work);
    handling.fetch = each.fetch.value_or(handling.fetch);
    handling.answers = each.answers.value_or(handling.answers);
    handling.share = each.share.value_or(each.answers ? 1.0 : handling.share);
    break;
  }
  return handling;
}

}  // namespace faultpath::models
