// What a scenario says about a guest that is broken, or means harm.
#pragma once

#include <cstdint>
#include <variant>

#include "sim/time.hpp"

namespace faultpath::models {

/// It answers each group once, and leaves the others alone.
struct WellBehavedSpec {};

// Of its answers: `share` of the groups is answered so, the others once.

/// The group stays unanswered.
struct NeverAnswersSpec {
  double share = 1.0;
};
/// The same answer is given again at once.
struct AnswersTwiceSpec {
  double share = 1.0;
};
/// Another group is answered instead.
struct AnswersAnotherSpec {
  enum class Index {
    unknown,   ///< an index that none of the device's groups has
    repeated,  ///< that of the answer before
  };
  Index index = Index::unknown;
  double share = 1.0;
};
/// The answer is Failure, which fault files do not take (Linux 7.1, iommufd: -EINVAL).
struct AnswersFailureSpec {
  double share = 1.0;
};

// Of what it does besides; rates are those of a Poisson stream. What takes longer than the next gap
// delays what follows. One virtual CPU is busy with it.

/// It invalidates translations that are good.
struct FloodsInvalidationsSpec {
  double rate = 100e3;  ///< invalidations/s, each an exit (assumed)
};
/// Entries of its PASID tables come and go, which no device uses.
struct ChurnsPasidsSpec {
  /// What the guest asks to forget with each change.
  enum class Invalidation {
    exact,  ///< the one entry
    global  ///< all: the VMM looks at every entry of each device's table, under its lock
  };
  double rate = 10e3;  ///< changes/s (assumed)
  Invalidation invalidation = Invalidation::exact;
  /// Of each device's table, that a global one looks at: up to 2^20 (QEMU, 2026).
  std::uint32_t entries = 1U << 16;
};
/// It takes away, for a while, the PASID with which a device faults.
struct DetachesInFaultSpec {
  double rate = 1e3;                            ///< detachments/s (assumed)
  sim::Duration away = sim::microseconds(100);  ///< until the PASID is there again (assumed)
};

using GuestBehaviourSpec =
    std::variant<WellBehavedSpec, NeverAnswersSpec, AnswersTwiceSpec, AnswersAnotherSpec,
                 AnswersFailureSpec, FloodsInvalidationsSpec, ChurnsPasidsSpec,
                 DetachesInFaultSpec>;

}  // namespace faultpath::models
