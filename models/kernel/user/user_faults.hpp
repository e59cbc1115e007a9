// User space that handles faults: its files, its threads, and what is counted of them.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/cpu/processor.hpp"
#include "models/cpu/work_queue.hpp"
#include "models/kernel/iopf_core.hpp"
#include "models/kernel/route_spec.hpp"
#include "models/kernel/second_stage.hpp"
#include "models/kernel/user/container_handler.hpp"
#include "models/kernel/user/fault_file.hpp"
#include "models/kernel/user/fault_reader.hpp"
#include "models/kernel/user/held_group.hpp"
#include "models/kernel/user/user_behaviour.hpp"
#include "models/kernel/user/user_queue.hpp"
#include "models/kernel/user/user_stats.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

struct UserFaultsSetting {
  sim::Simulation& simulation;
  Processor& processor;
  IopfCore& core;
  WorkQueue& work;
  SecondStage* second_stage = nullptr;  ///< null where it never misses
  const RouteSpec& route;               ///< to user space; outlives this
  /// How the groups of each device are handled, by its index.
  const std::vector<UserHandlingSpec>& handling;
  std::string host;  ///< path of the machine
};

/// The files of a route to user space, made as tables are attached, and the threads that read them.
class UserFaults {
 public:
  explicit UserFaults(const UserFaultsSetting& setting);
  UserFaults(const UserFaults&) = delete;
  UserFaults& operator=(const UserFaults&) = delete;

  /// Who takes the faults of a function on `table`, from when it is attached.
  UserQueue& queue_of(DeviceIndex device, const IoPageTable& table);

  /// The one that takes the faults of this attachment, or null: the kernel does, or nobody.
  UserQueue* queue_of(const Attachment& attachment);
  /// Those that took the faults of a function at first.
  const std::vector<UserQueue*>& first_queues(DeviceIndex device) { return first_[device.value]; }
  /// One more file for a table, with readers like the others.
  FaultFile& add_file(const IoPageTable& table);

  UserAnswerStats stats(DeviceIndex device) const { return counts_.of(device); }
  const UserReaderStats& stats() const { return reader_stats_; }
  const std::deque<FaultFile>& files() const { return files_; }
  /// Groups that user space has not answered.
  std::size_t unanswered() const { return groups_.size(); }
  /// A line on them for each file, for the report of a stuck run.
  std::string what_is_held() const;

 private:
  UserQueue& queue_for(const IoPageTable& table);
  FaultFile& add_file(const std::string& name);
  FaultFile& file_of(const IoPageTable& table);
  void add_readers(FaultFile& file);

  UserFaultsSetting setting_;
  const UserReadersSpec& spec_;
  HeldGroups groups_;
  UserAnswerCounts counts_;
  UserReaderStats reader_stats_;
  UserBehaviours behaviours_;
  std::deque<FaultFile> files_;
  std::map<const IoPageTable*, FaultFile*> file_of_;
  FaultFile* shared_ = nullptr;  ///< the one of all tables, or of a container
  std::optional<ContainerHandler> container_;
  std::map<std::uint32_t, std::vector<UserQueue*>> first_;  ///< of each function
  std::deque<FaultReader> readers_;
};

}  // namespace faultpath::models
