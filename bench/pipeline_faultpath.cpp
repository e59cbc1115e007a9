// The reduced fault path in processes of faultpath, driven by SimGrid's main loop.
#include "bench/pipeline_model.hpp"
#include "sim/core_pool.hpp"
#include "sim/process.hpp"
#include "sim/simulation.hpp"

namespace {

using faultpath::bench::PipelineModel;
using faultpath::sim::Duration;
using faultpath::sim::Process;

struct Pipeline {
  PipelineModel& model;
  faultpath::sim::Simulation simulation{};  // MainLoop::simgrid
  faultpath::sim::CorePool cores{simulation, static_cast<unsigned>(model.cores()), "cores"};

  std::uint64_t now() const {
    return static_cast<std::uint64_t>(simulation.now().time_since_epoch().count());
  }
  static Duration picoseconds(std::uint64_t n) { return Duration{static_cast<Duration::rep>(n)}; }
  auto delay(std::uint64_t n) { return simulation.delay(picoseconds(n)); }
};

Process fault(Pipeline& path) {
  const std::uint64_t begin = path.now();
  co_await path.delay(faultpath::bench::kRequestUp);
  co_await path.delay(path.model.walk());
  co_await path.delay(path.model.interrupt());
  co_await path.cores.run(Pipeline::picoseconds(path.model.service()));
  co_await path.delay(faultpath::bench::kResponse);
  co_await path.delay(faultpath::bench::kRetry);
  path.model.complete(begin, path.now());
}

Process device(Pipeline& path) {
  while (path.model.running()) {
    co_await path.delay(path.model.gap());
    path.simulation.start(fault(path), "fault");
  }
}

}  // namespace

int main(int argc, char** argv) {
  PipelineModel model(argc, argv);
  Pipeline path{model};
  for (std::uint64_t i = 0; i < model.devices(); ++i) {
    path.simulation.start(device(path), "device");
  }
  path.simulation.run();
  model.print("faultpath");
}
