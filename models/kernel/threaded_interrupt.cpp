// The way of a message to its thread.
#include "models/kernel/threaded_interrupt.hpp"

namespace faultpath::models {

ThreadedInterrupt::ThreadedInterrupt(const ThreadedInterruptSetting& setting)
    : simulation_(setting.simulation),
      thread_(setting.thread),
      message_(setting.message),
      worker_(setting.processor, sim::Priority::interrupt),
      delivery_(simulation_, setting.costs.delivery, thread_, "delivery"),
      wake_up_(simulation_, setting.costs.wake_up, thread_, "wake-up"),
      raised_(setting.event) {}

sim::Process ThreadedInterrupt::deliver() {
  co_await simulation_.delay(delivery_(), {"interrupt delivery", thread_.c_str()});
  raised_.set();
}

}  // namespace faultpath::models
