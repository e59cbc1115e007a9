// Reading the records of faults.
#include "models/kernel/fault_record_thread.hpp"

namespace faultpath::models {

FaultRecordThread::FaultRecordThread(const FaultRecordSetting& setting)
    : queue_(setting.queue),
      interrupt_({setting.simulation, setting.processor, setting.interrupt,
                  setting.host + "/fault record thread", setting.host + "/fault interrupt",
                  "fault interrupt"}),
      per_record_(setting.simulation, setting.per_record, interrupt_.thread(), "record") {
  setting.simulation.start_service(interrupt_.serve([this] { return read_all(); }, [] {}),
                                   interrupt_.thread().c_str());
}

sim::Task<> FaultRecordThread::read_all() {
  queue_.begin();
  while (queue_.oldest() != nullptr) {
    interrupt_.worker().charge(per_record_());
    co_await interrupt_.worker().pay();
    queue_.free_oldest();
  }
  queue_.end();
}

}  // namespace faultpath::models
