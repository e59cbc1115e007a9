// The reduced fault path in ns-3: `pipeline_ns3 DEVICES FAULTS SCHEDULER`, callbacks on fault
// objects.
#include <ns3/core-module.h>

#include <deque>
#include <string>

#include "bench/pipeline_model.hpp"

namespace {

using faultpath::bench::PipelineModel;

std::uint64_t now() { return static_cast<std::uint64_t>(ns3::Simulator::Now().GetTimeStep()); }

template <class Object>
void call_after(std::uint64_t delay, void (Object::*step)(), Object* object) {
  ns3::Simulator::Schedule(ns3::TimeStep(delay), step, object);
}

class Fault;

struct Path {
  explicit Path(PipelineModel& pipeline) : model(pipeline), idle_cores(pipeline.cores()) {}
  PipelineModel& model;
  std::uint64_t idle_cores;
  std::deque<Fault*> waiting;
};

class Fault {
 public:
  explicit Fault(Path& path) : path_(path), begin_(now()) {
    call_after(faultpath::bench::kRequestUp, &Fault::walk, this);
  }

 private:
  void walk() { call_after(path_.model.walk(), &Fault::interrupt, this); }
  void interrupt() { call_after(path_.model.interrupt(), &Fault::ask_for_core, this); }
  void ask_for_core() {
    service_ = path_.model.service();
    if (path_.idle_cores == 0) return path_.waiting.push_back(this);
    --path_.idle_cores;
    serve();
  }
  void serve() { call_after(service_, &Fault::respond, this); }
  void respond() {
    call_after(faultpath::bench::kResponse, &Fault::retry, this);
    if (path_.waiting.empty()) {
      ++path_.idle_cores;
      return;
    }
    Fault* const next = path_.waiting.front();
    path_.waiting.pop_front();
    next->serve();
  }
  void retry() { call_after(faultpath::bench::kRetry, &Fault::complete, this); }
  void complete() {
    path_.model.complete(begin_, now());
    delete this;
  }

  Path& path_;
  std::uint64_t begin_;
  std::uint64_t service_ = 0;
};

class Device {
 public:
  explicit Device(Path& path) : path_(path) { sleep(); }

 private:
  void sleep() { call_after(path_.model.gap(), &Device::start_fault, this); }
  void start_fault() {
    new Fault(path_);
    if (path_.model.running()) sleep();
  }

  Path& path_;
};

}  // namespace

int main(int argc, char** argv) {
  PipelineModel model(argc, argv);
  const std::string scheduler = argc > 3 ? argv[3] : "Map";
  ns3::Time::SetResolution(ns3::Time::PS);
  ns3::Simulator::SetScheduler(ns3::ObjectFactory("ns3::" + scheduler + "Scheduler"));
  Path path(model);
  std::deque<Device> devices;
  for (std::uint64_t i = 0; i < model.devices(); ++i) devices.emplace_back(path);
  ns3::Simulator::Run();
  ns3::Simulator::Destroy();
  model.print(("ns-3 " + scheduler).c_str());
}
