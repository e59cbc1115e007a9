// Guest file: the fault file of one attachment of a guest, or of all of a device, and what the VMM
// keeps of its groups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/base/fault_id.hpp"
#include "models/kernel/fault_handler.hpp"
#include "models/kernel/user/fault_file.hpp"
#include "models/metrics/fault_log.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// The VMM remembers a group that it has read by its PRG index. An index is no unique key: a device
/// may use it again while a former group still waits here for an answer that never comes. Then the
/// guest's answer goes to each of them.
/// Source: QEMU, hw/i386/intel_iommu_accel.c, 2026: a list for each PASID entry.
class GuestFile final : public FaultHandler {
 public:
  GuestFile(const sim::Simulation& simulation, HeldGroups& groups, UserAnswerCounts& counts,
            const std::string& path, Originator who)
      : who(who), file(groups, counts, UserMatch::cookie, path), simulation_(simulation) {}
  GuestFile(const GuestFile&) = delete;
  GuestFile& operator=(const GuestFile&) = delete;

  void connect(FaultLog& log) { marks_.connect(log); }
  void accept(IopfGroup& group) override {
    enter(group);
    file.accept(group);
  }
  /// The part of a group that is the guest's to serve; to the guest it is a group.
  void deliver(HeldGroup& held, std::vector<PageRequest> part) {
    enter(*held.group);
    part.back().last = true;
    part.back().fault = held.group->last().fault;
    file.deliver(held, std::move(part), false);
  }

  /// Groups that have not been read enter this stage.
  void mark_unread(FaultStage stage) const {
    for (const FaultId& fault : unread_) marks_.enter(fault, simulation_.now(), stage);
  }
  /// As FaultFile::read(). Requires its lock.
  void read(std::uint32_t records, std::vector<FaultMessage>& batch) {
    file.read(records, batch);
    unread_.erase(unread_.begin(), unread_.begin() + static_cast<std::ptrdiff_t>(batch.size()));
  }

  void remember(FaultMessage message) { remembered_.push_back(std::move(message)); }
  /// All that have this index, the oldest first; they are forgotten.
  std::vector<FaultMessage> take(PrgIndex index) {
    std::vector<FaultMessage> found;
    for (FaultMessage& each : remembered_) {
      if (each.index == index) found.push_back(std::move(each));
    }
    std::erase_if(remembered_, [&](const FaultMessage& each) { return each.index == index; });
    return found;
  }
  /// The faults of these groups enter this stage at `at`.
  void mark(PrgIndex index, sim::Time at, FaultStage stage) const {
    for (const FaultMessage& each : remembered_) {
      if (each.index == index) mark(each, at, stage);
    }
  }
  void mark(const FaultMessage& message, sim::Time at, FaultStage stage) const {
    marks_.enter(message.records.back().fault, at, stage);
  }
  /// The guest is done with the groups of this index, or of all if it is absent: what its kernel
  /// has said of their faults for the time to come does not happen, for it may be at work on them.
  void take_back(std::optional<PrgIndex> index) {
    for (FaultMessage& each : remembered_) {
      if (!index || each.index == *index) take_back(each);
    }
  }
  void take_back(FaultMessage& message) const {
    FaultId& fault = message.records.back().fault;
    fault = marks_.take_back(fault, simulation_.now());
  }
  /// The host waits for an answer to this group, and will get none: the VMM has forgotten it.
  void abandon(const FaultMessage& message) { abandoned_.push_back(message.serial); }
  /// Somebody else answers this group. False: it was not here.
  bool forget(const FaultMessage& message) {
    return std::erase_if(remembered_,
                         [&](const auto& each) { return each.serial == message.serial; }) +
               std::erase(abandoned_, message.serial) >
           0;
  }
  /// Somebody else answers all that have been read.
  void forget_all() {
    remembered_.clear();
    abandoned_.clear();
    unread_.clear();
  }
  /// Groups that the host waits for.
  std::size_t waiting() const { return file.undelivered() + file.unanswered(); }
  /// Groups that have been read and wait for the guest: it may answer these,
  std::size_t remembered() const { return remembered_.size(); }
  /// and these not any more.
  std::size_t abandoned() const { return abandoned_.size(); }

  const Originator who;
  FaultFile file;

 private:
  void enter(const IopfGroup& group) {
    unread_.push_back(group.last().fault);
    marks_.enter(unread_.back(), simulation_.now(), FaultStage::vmm_wake_up);
  }

  const sim::Simulation& simulation_;
  FaultMarks marks_;
  std::deque<FaultId> unread_;            // of the groups in the file, oldest first
  std::vector<FaultMessage> remembered_;  // that have been read
  std::vector<std::uint64_t> abandoned_;  // by serial
};

}  // namespace faultpath::models
