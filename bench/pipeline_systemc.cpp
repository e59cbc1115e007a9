// The reduced fault path in SystemC, as methods that step through their states: a fault waits on
// one event of its own and is used again for the next fault, because a process is dear to make.
#include <deque>
#include <systemc>
#include <vector>

#include "bench/pipeline_model.hpp"

namespace {

using faultpath::bench::PipelineModel;

std::uint64_t now() { return sc_core::sc_time_stamp().value(); }

// A method that is called again whenever its event comes.
template <class Object>
void spawn_method(Object* object, void (Object::*step)(), sc_core::sc_event& event) {
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.dont_initialize();
  options.set_sensitivity(&event);
  sc_core::sc_spawn([object, step] { (object->*step)(); }, nullptr, &options);
}

class Fault;

struct Path {
  explicit Path(PipelineModel& pipeline) : model(pipeline), idle_cores(pipeline.cores()) {}
  void start_fault();

  PipelineModel& model;
  std::uint64_t idle_cores;
  std::deque<Fault*> waiting;  // for a core
  std::deque<Fault> faults;
  std::vector<Fault*> idle;
};

class Fault {
 public:
  explicit Fault(Path& path) : path_(path) { spawn_method(this, &Fault::step, event_); }
  void begin() {
    begin_ = now();
    go_on(&Fault::walk, faultpath::bench::kRequestUp);
  }

 private:
  using State = void (Fault::*)();

  void step() { (this->*next_)(); }
  void go_on(State next, std::uint64_t delay) {
    next_ = next;
    event_.notify(sc_core::sc_time::from_value(delay));
  }

  void walk() { go_on(&Fault::interrupt, path_.model.walk()); }
  void interrupt() { go_on(&Fault::ask_for_core, path_.model.interrupt()); }
  void ask_for_core() {
    service_ = path_.model.service();
    if (path_.idle_cores == 0) return path_.waiting.push_back(this);
    --path_.idle_cores;
    serve();
  }
  void serve() { go_on(&Fault::respond, service_); }
  void respond() {
    go_on(&Fault::retry, faultpath::bench::kResponse);
    if (path_.waiting.empty()) {
      ++path_.idle_cores;
      return;
    }
    Fault* const next = path_.waiting.front();
    path_.waiting.pop_front();
    next->serve();
  }
  void retry() { go_on(&Fault::complete, faultpath::bench::kRetry); }
  void complete() {
    path_.model.complete(begin_, now());
    path_.idle.push_back(this);
  }

  Path& path_;
  sc_core::sc_event event_;
  State next_ = nullptr;
  std::uint64_t begin_ = 0;
  std::uint64_t service_ = 0;
};

void Path::start_fault() {
  if (idle.empty()) idle.push_back(&faults.emplace_back(*this));
  Fault* const fault = idle.back();
  idle.pop_back();
  fault->begin();
}

class Device {
 public:
  explicit Device(Path& path) : path_(path) {
    spawn_method(this, &Device::start_fault, gap_over_);
    sleep();
  }

 private:
  void sleep() { gap_over_.notify(sc_core::sc_time::from_value(path_.model.gap())); }
  void start_fault() {
    path_.start_fault();
    if (path_.model.running()) sleep();
  }

  Path& path_;
  sc_core::sc_event gap_over_;
};

}  // namespace

int sc_main(int argc, char** argv) {
  PipelineModel model(argc, argv);
  Path path(model);
  std::deque<Device> devices;
  for (std::uint64_t i = 0; i < model.devices(); ++i) devices.emplace_back(path);
  sc_core::sc_start();
  model.print("SystemC methods");
  return 0;
}
