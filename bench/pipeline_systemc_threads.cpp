// The reduced fault path in SystemC, as threads that read like the processes of faultpath: a thread
// serves one fault after another, because a stack is dear to make.
#include <deque>
#include <systemc>
#include <vector>

#include "bench/pipeline_model.hpp"

namespace {

using faultpath::bench::PipelineModel;

std::uint64_t now() { return sc_core::sc_time_stamp().value(); }
void delay(std::uint64_t picoseconds) { wait(sc_core::sc_time::from_value(picoseconds)); }

class Path {
 public:
  explicit Path(PipelineModel& model) : model_(model), idle_cores_(model.cores()) {}

  void device() {
    while (model_.running()) {
      delay(model_.gap());
      start_fault();
    }
  }

 private:
  void start_fault() {
    if (idle_.empty()) {
      sc_core::sc_event* const start = &events_.emplace_back();
      sc_core::sc_spawn([this, start] { serve_faults(*start); });
      return;
    }
    idle_.back()->notify();
    idle_.pop_back();
  }

  void serve_faults(sc_core::sc_event& start) {
    for (;;) {
      fault(start);
      idle_.push_back(&start);
      wait(start);
    }
  }

  void fault(sc_core::sc_event& turn) {
    const std::uint64_t begin = now();
    delay(faultpath::bench::kRequestUp);
    delay(model_.walk());
    delay(model_.interrupt());
    const std::uint64_t service = model_.service();
    take_core(turn);
    delay(service);
    release_core();
    delay(faultpath::bench::kResponse);
    delay(faultpath::bench::kRetry);
    model_.complete(begin, now());
  }

  void take_core(sc_core::sc_event& turn) {
    if (idle_cores_ > 0) {
      --idle_cores_;
      return;
    }
    waiting_.push_back(&turn);
    wait(turn);
  }
  void release_core() {
    if (waiting_.empty()) {
      ++idle_cores_;
      return;
    }
    waiting_.front()->notify();
    waiting_.pop_front();
  }

  PipelineModel& model_;
  std::uint64_t idle_cores_;
  std::deque<sc_core::sc_event*> waiting_;  // for a core
  std::deque<sc_core::sc_event> events_;    // one for each thread that serves faults
  std::vector<sc_core::sc_event*> idle_;
};

}  // namespace

int sc_main(int argc, char** argv) {
  PipelineModel model(argc, argv);
  Path path(model);
  for (std::uint64_t i = 0; i < model.devices(); ++i) {
    sc_core::sc_spawn([&path] { path.device(); });
  }
  sc_core::sc_start();
  model.print("SystemC threads");
  return 0;
}
