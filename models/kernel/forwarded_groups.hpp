// Forwarded groups: groups whose requests go to their handler one by one.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/kernel/pending_groups.hpp"

namespace faultpath::models {

/// A request that is forwarded is a part of its group: a record of its own for the handler, with
/// the group as its `whole`. The group is open until its last request has come. It is answered when
/// every part has been served, with the first code that is not Success.
///
/// An overflow recalls open groups: parts that nobody has begun are left alone, those in service
/// are served in vain.
class ForwardedGroups {
 public:
  explicit ForwardedGroups(PendingGroups& groups) : groups_(groups) {}
  ForwardedGroups(const ForwardedGroups&) = delete;
  ForwardedGroups& operator=(const ForwardedGroups&) = delete;

  /// The part of this request. With the last request its group is not open any more.
  IopfGroup& add(const PageRequest& request);
  /// The part has been served, or left alone, and is forgotten. Returns its group if that is to be
  /// answered now.
  IopfGroup* end(IopfGroup& part, ResponseCode code);
  /// Recalls the open group of this index, if there is one: its requests are added to `requests`.
  void recall(DeviceIndex device, PrgIndex index, std::vector<PageRequest>& requests);

  /// The index of the group that has been open longest, if any is.
  std::optional<PrgIndex> oldest(DeviceIndex device) const;
  /// Devices that have been seen, with those of lower index.
  std::uint32_t devices() const { return static_cast<std::uint32_t>(open_.size()); }
  /// Of open groups.
  std::uint64_t requests() const;

 private:
  IopfGroup& whole_of(const PageRequest& request);

  PendingGroups& groups_;
  std::deque<std::vector<IopfGroup*>> open_;  // by device
};

}  // namespace faultpath::models
