// Device TLB invalidations on their way: invalidation tags, and the time-out of each.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include "models/base/messages.hpp"
#include "sim/delegate.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// What has been posted to functions and is not answered. Each has an invalidation tag (ITag) that
/// is free again when the function has answered, or has not in time.
class PostedInvalidations {
 public:
  /// As many invalidations as tags of 5 bits tell apart (PCIe 10.3.1).
  static constexpr std::uint32_t kItags = 32;
  using TimedOut = sim::Delegate<void(DeviceIndex)>;

  /// `timed_out` is called for each that is not answered within `timeout`; its tag is free by then.
  PostedInvalidations(sim::Simulation& simulation, sim::Duration timeout, TimedOut timed_out)
      : simulation_(simulation), timeout_(timeout), timed_out_(timed_out) {}
  PostedInvalidations(const PostedInvalidations&) = delete;
  PostedInvalidations& operator=(const PostedInvalidations&) = delete;

  /// Devices are added in the order of their index, each with the invalidations that it can have
  /// outstanding, 1 to kItags.
  void add_device(std::uint32_t depth);
  bool has_tag(DeviceIndex device) const { return ports_[device.value].free > 0; }
  /// Takes a tag. Requires has_tag(), and a `sequence` above all before.
  std::uint32_t post(DeviceIndex device, std::uint64_t sequence);
  /// The device has answered. False, and nothing else, for a tag that is not outstanding.
  bool answered(const DeviceInvalidationDone& done);

  /// The sequence of the one that was posted first; absent: all are answered.
  std::optional<std::uint64_t> oldest() const;
  bool empty() const { return oldest_ == nullptr; }
  /// The timer of one that has been answered need not keep the run alive. Requires empty().
  void stop_timer();

 private:
  /// In the order of their sequence, which is that of their deadlines.
  struct Flight {
    bool outstanding = false;
    std::uint32_t itag = 0;
    DeviceIndex device;
    std::uint64_t sequence = 0;
    sim::Time deadline{};
    Flight* older = nullptr;
    Flight* newer = nullptr;
  };
  struct Port {
    std::uint32_t free = kItags;
    std::array<Flight, kItags> flights;  // by tag
  };

  void land(Flight& flight);
  void watch();
  void expire();

  sim::Simulation& simulation_;
  sim::Duration timeout_;
  TimedOut timed_out_;
  Flight* oldest_ = nullptr;
  Flight* newest_ = nullptr;
  std::deque<Port> ports_;  // by index of the device
  sim::EventId timer_{};
  bool watching_ = false;
};

}  // namespace faultpath::models
