// Reading the records of faults.
#include "models/kernel/fault_record_thread.hpp"

namespace faultpath::models {

FaultRecordThread::FaultRecordThread(const FaultRecordSetting& setting)
    : simulation_(setting.simulation),
      queue_(setting.queue),
      path_(setting.host + "/fault record thread"),
      delivery_name_(setting.host + "/fault interrupt"),
      worker_(setting.processor, sim::Priority::interrupt),
      delivery_(simulation_, setting.interrupt.delivery, path_, "delivery"),
      wake_up_(simulation_, setting.interrupt.wake_up, path_, "wake-up"),
      per_record_(simulation_, setting.per_record, path_, "record") {
  simulation_.start_service(thread(), path_.c_str());
}

void FaultRecordThread::interrupt() { simulation_.start(deliver(), delivery_name_.c_str()); }

sim::Process FaultRecordThread::deliver() {
  co_await simulation_.delay(delivery_(), {"interrupt delivery", path_.c_str()});
  raised_.set();
}

sim::Process FaultRecordThread::thread() {
  for (;;) {
    co_await raised_.wait();
    co_await worker_.enter();
    worker_.charge(wake_up_());
    co_await worker_.pay();
    while (raised_.is_set()) {
      raised_.reset();
      co_await read_all();
    }
    worker_.leave();
  }
}

sim::Task<> FaultRecordThread::read_all() {
  queue_.begin();
  while (queue_.oldest() != nullptr) {
    worker_.charge(per_record_());
    co_await worker_.pay();
    queue_.free_oldest();
  }
  queue_.end();
}

}  // namespace faultpath::models
