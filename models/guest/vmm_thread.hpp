// VMM thread: the loop that reads fault files and hands their groups on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/cpu/worker.hpp"
#include "models/guest/group_sink.hpp"
#include "models/guest/guest_file.hpp"
#include "models/guest/vmm_costs.hpp"
#include "models/kernel/user/fault_file.hpp"
#include "models/kernel/user/user_stats.hpp"
#include "sim/event.hpp"
#include "sim/process.hpp"
#include "sim/semaphore.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// Sleeps in ppoll(); woken, it takes a CPU of the host, then the lock, if it needs one, and calls
/// back for every file that is readable: one read() each, and its groups one after the other. It
/// gives the lock back before the next ppoll(). A group that is larger than the buffer stays at the
/// head of its file, which stays readable: the thread turns round on its CPU until something else
/// comes. In between it does what the sink has to do at its time, as of a timer.
class VmmThread final : public FilePoller {
 public:
  /// `lock` is null for a thread that takes none.
  VmmThread(sim::Simulation& simulation, Processor& cores, std::uint32_t records, VmmCosts& costs,
            sim::Semaphore* lock, std::string path);
  VmmThread(const VmmThread&) = delete;
  VmmThread& operator=(const VmmThread&) = delete;

  /// Who gets the groups.
  void connect(GroupSink& sink) { sink_ = &sink; }
  /// Looks after this file, too.
  void add(GuestFile& file) {
    files_.push_back({&file});
    file.file.connect(*this);
  }
  void wake() override { woken_.set(); }

  const UserReaderStats& stats() const { return stats_; }

 private:
  struct File {
    GuestFile* file = nullptr;
    std::uint64_t too_large = 0;  ///< serial of the first group, if it does not fit
  };

  sim::Process run();
  sim::Task<> sleep();
  sim::Task<> take_lock();
  sim::Task<> serve(File& from);
  sim::Task<> reject_oversized(GuestFile& file);
  bool has_work() const;
  sim::Time due() const;
  bool may_read(const File& from) const;
  void mark_unread(FaultStage stage) const;

  sim::Simulation& simulation_;
  const std::string path_;
  const std::uint32_t records_;
  VmmCosts& costs_;
  sim::Semaphore* const lock_;
  GroupSink* sink_ = nullptr;
  Worker worker_;
  std::vector<File> files_;
  std::vector<FaultMessage> batch_;
  sim::Event woken_{"ppoll() of a VMM"};
  UserReaderStats stats_;
};

}  // namespace faultpath::models
