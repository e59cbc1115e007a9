// Fault reader: a thread of user space that reads fault files, handles groups and answers them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/cpu/random_cost.hpp"
#include "models/cpu/worker.hpp"
#include "models/kernel/user/fault_file.hpp"
#include "models/kernel/user/user_behaviour.hpp"
#include "models/kernel/user_readers_spec.hpp"
#include "sim/event.hpp"
#include "sim/process.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class SecondStage;

/// What every thread works with.
struct FaultReaderSetting {
  sim::Simulation& simulation;
  Processor& processor;
  const UserReadersSpec& spec;
  UserBehaviours& behaviours;
  UserReaderStats& stats;
  UserAnswerCounts& counts;
  SecondStage* second_stage = nullptr;  ///< who brings guest pages; null: nobody asks for any
};

/// poll(), read() of as many whole groups as the buffer holds, then for each of them: its pages,
/// and write() of the answer. What an ordinary access or a mapping of user space costs is the
/// strategy's, in this thread. With nothing to read the thread sleeps; woken, it takes a CPU and
/// pays for its wake-up. A group that is larger than the buffer stays where it is, and poll() says
/// at once that there is something to read: the thread turns round on its CPU until another file
/// has something, or the group has gone.
class FaultReader final : public FilePoller {
 public:
  FaultReader(const FaultReaderSetting& setting, std::string path);
  FaultReader(const FaultReader&) = delete;
  FaultReader& operator=(const FaultReader&) = delete;

  /// Looks after this file, too.
  void add(FaultFile& file);
  void wake() override { woken_.set(); }

 private:
  struct File {
    FaultFile* file = nullptr;
    std::uint64_t too_large = 0;  ///< serial of the first group, if it does not fit
  };

  sim::Process run();
  File* next();
  bool turns_round() const;
  sim::Task<> sleep();
  sim::Task<> serve(File& from);
  sim::Task<> handle(FaultFile& file, std::size_t place);
  sim::Task<ResponseCode> make_present(const FaultMessage& message);
  sim::Task<> answer(FaultFile& file, std::size_t place, UserAnswers how, ResponseCode code);
  sim::Task<> write(FaultFile& file, FaultAnswer answer);

  FaultReaderSetting setting_;
  const std::string path_;
  Worker worker_;
  RandomCost wake_up_, system_call_;
  std::vector<File> files_;
  std::size_t next_ = 0;  // in files_, which is looked at first
  std::vector<FaultMessage> batch_;
  std::vector<PageFault> faults_;  // that are being served
  bool swaps_ = false;             // the answers of this pair of the batch
  sim::Event woken_{"poll() on fault files"};
};

}  // namespace faultpath::models
