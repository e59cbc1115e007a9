// Threaded interrupt: a message, its way to a core, and the thread that it wakes.
#pragma once

#include <string>

#include "models/cpu/processor.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/cpu/worker.hpp"
#include "models/kernel/host_spec.hpp"
#include "sim/event.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct ThreadedInterruptSetting {
  sim::Simulation& simulation;
  Processor& processor;
  const InterruptSpec& costs;
  std::string thread, message;  ///< names of components
  const char* event;            ///< what the thread waits for, in words
};

/// What request_threaded_irq() sets up (Linux): the thread sleeps until an interrupt has been
/// delivered, takes a CPU and runs; raised again while it runs, it runs again without sleep.
class ThreadedInterrupt {
 public:
  explicit ThreadedInterrupt(const ThreadedInterruptSetting& setting);
  ThreadedInterrupt(const ThreadedInterrupt&) = delete;
  ThreadedInterrupt& operator=(const ThreadedInterrupt&) = delete;

  /// The message has been sent.
  void send() { simulation_.start(deliver(), message_.c_str()); }
  /// As if a message had just been delivered.
  void raise() { raised_.set(); }

  /// The thread, which never ends: `co_await run()`, and ended(), for each time. The service is to
  /// be started under the name of thread().
  template <class Run, class Ended>
  sim::Process serve(Run run, Ended ended) {
    for (;;) {
      co_await raised_.wait();
      co_await worker_.enter();
      worker_.charge(wake_up_());
      co_await worker_.pay();
      while (raised_.is_set()) {
        raised_.reset();
        co_await run();
        ended();
      }
      worker_.leave();
    }
  }

  /// Of the thread.
  Worker& worker() { return worker_; }
  /// What it costs the thread to wake up, drawn anew.
  sim::Duration wake_up() { return wake_up_(); }
  const std::string& thread() const { return thread_; }
  const std::string& message() const { return message_; }

 private:
  sim::Process deliver();

  sim::Simulation& simulation_;
  const std::string thread_, message_;
  Worker worker_;
  RandomCost delivery_, wake_up_;
  sim::Event raised_;
};

}  // namespace faultpath::models
