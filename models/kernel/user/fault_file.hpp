// Fault file: the queue of groups that user space reads and answers (iommufd, IOMMU_OBJ_FAULT).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "models/cpu/worker.hpp"
#include "models/kernel/user/fault_message.hpp"
#include "models/kernel/user/held_group.hpp"
#include "models/kernel/user/user_queue.hpp"
#include "models/kernel/user/user_stats.hpp"
#include "models/kernel/user_readers_spec.hpp"
#include "sim/semaphore.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// Who sleeps in poll() on files.
class FilePoller {
 public:
  /// Something has changed in a file that it looks after.
  virtual void wake() = 0;

 protected:
  ~FilePoller() = default;
};

/// The interrupt thread puts whole groups at the end of a list and wakes the readers, without a
/// bound, without a wait and without a work item. Nothing is dropped and nobody is held back; only
/// the credits of the devices limit what is here. read() and write() take turns in one mutex, in
/// which write() also sends the answer.
/// Source: Linux 7.1, drivers/iommu/iommufd/eventq.c.
class FaultFile final : public UserQueue {
 public:
  FaultFile(HeldGroups& groups, UserAnswerCounts& counts, UserMatch match, std::string path);
  FaultFile(const FaultFile&) = delete;
  FaultFile& operator=(const FaultFile&) = delete;

  const std::string& path() const { return path_; }
  /// Is woken whenever there is something to read. All are, whoever will read it.
  void connect(FilePoller& poller) { pollers_.push_back(&poller); }

  // For the interrupt thread.

  /// Which stage a stall has missed is not passed on.
  void accept(IopfGroup& group) override;
  /// A part of a group. Requires a record.
  void deliver(HeldGroup& held, std::vector<PageRequest> records, bool second_stage);

  // For user space.

  /// poll() says that there is something to read.
  bool readable() const { return !closed_ && !undelivered_.empty(); }
  /// The first group that is to be read, by its serial; 0: none.
  std::uint64_t first() const { return undelivered_.empty() ? 0 : undelivered_.front().serial; }
  /// `co_await file.lock(worker)`: into a system call on the file. The thread sleeps while another
  /// is in one.
  sim::Task<> lock(Worker& worker);
  void unlock() { mutex_.give(); }
  /// Adds whole groups to `read`, oldest first, until the next has more records than are left of
  /// `records`; each gets the lowest free cookie. That is none if the first is larger than the
  /// buffer: it stays where it is. Requires the lock.
  void read(std::uint32_t records, std::vector<FaultMessage>& read);
  /// Answers a group that has been read. False (-EINVAL): there is none like it, it has been
  /// answered before, or the code is neither Success nor Invalid. Requires the lock.
  sim::Task<bool> write(FaultAnswer answer, Worker& worker);
  /// The group, which has been read, has not been answered.
  bool waits_for(const FaultMessage& message) const;
  /// User space has begun to handle what it has read.
  void begin_handling(const FaultMessage& message, Worker& worker);

  // For whoever takes away what the groups are about.

  sim::Task<> answer_invalid(std::optional<AttachHandle> attachment, Worker& worker) override;
  void close() override { closed_ = true; }

  std::size_t undelivered() const { return undelivered_.size(); }
  std::size_t unanswered() const { return unanswered_; }
  /// Requests of the group that is to be read next. Requires one.
  std::size_t first_size() const { return undelivered_.front().records.size(); }

 private:
  struct Entry {
    HeldGroup* held = nullptr;  ///< null: a cookie that is free
    std::uint64_t serial = 0;
    bool second_stage = false;
    std::vector<PageRequest> records;
  };

  Entry* find(const FaultMessage& message);
  Entry* first_alike(const FaultMessage& message, bool of_device);
  Entry* read_entry(std::uint32_t cookie);
  const Entry* read_entry(std::uint32_t cookie) const;
  void free_cookie(Entry& entry);
  std::optional<Entry> take(std::optional<AttachHandle> attachment);
  void wake_pollers();

  HeldGroups& groups_;
  UserAnswerCounts& counts_;
  const UserMatch match_;
  const std::string path_;
  sim::Semaphore mutex_{1, "fault file"};
  std::deque<Entry> undelivered_;
  std::vector<Entry> read_;  // by cookie, from 1
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free_cookies_;
  std::size_t unanswered_ = 0;   // that have been read
  std::uint64_t delivered_ = 0;  // ever
  std::vector<FilePoller*> pollers_;
  bool closed_ = false;
};

}  // namespace faultpath::models
