// What is counted of user space that handles faults.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/messages.hpp"

namespace faultpath::models {

/// Of the groups of one device.
struct UserAnswerStats {
  std::uint64_t responses_misrouted = 0;  ///< answers that reached a group that was not the handled
  std::uint64_t responses_refused = 0;    ///< writes that found no group (-EINVAL)
  std::uint64_t responses_withheld = 0;   ///< handled groups whose answer was not written
};

/// Of all threads.
struct UserReaderStats {
  std::uint64_t reader_wake_ups = 0;  ///< of a thread that slept in poll()
  std::uint64_t empty_reads = 0;      ///< read() that returned nothing
};

/// The same of every device.
class UserAnswerCounts {
 public:
  UserAnswerStats& operator[](DeviceIndex device) {
    if (devices_.size() <= device.value) devices_.resize(device.value + 1);
    return devices_[device.value];
  }
  UserAnswerStats of(DeviceIndex device) const {
    return device.value < devices_.size() ? devices_[device.value] : UserAnswerStats{};
  }

 private:
  std::vector<UserAnswerStats> devices_;  // up to the last that has had an answer
};

}  // namespace faultpath::models
