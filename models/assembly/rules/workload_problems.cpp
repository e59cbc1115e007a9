// Checks of patterns and of recordings.
#include "models/assembly/rules/workload_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "models/device/workload.hpp"

namespace faultpath::models {
namespace {

class WorkloadFinder {
 public:
  WorkloadFinder(const SystemSpec& spec, std::size_t index)
      : spec_(spec),
        index_(index),
        device_(spec.devices[index]),
        path_(fmt::format("devices[{}].workload", index)) {}

  std::vector<SpecProblem> find() {
    if (const auto* const trace = std::get_if<TraceSpec>(&device_.workload.kind)) {
      check_trace(*spec_.traces[index_], trace->repeat);
    } else {
      check_pattern();
    }
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }

  void check_pattern() {
    const WorkloadSpec& workload = device_.workload;
    if (workload.operation > workload.footprint) {
      add(path_ + ".operation", "one operation is larger than the footprint");
    }
    if (workload.operation >> 32 != 0) add(path_ + ".operation", "at most 4GiB");
    const auto* const fresh = std::get_if<FreshSpec>(&workload.kind);
    if (fresh != nullptr && fresh->warm >= workload.footprint) {
      add(path_ + ".warm", "must be below the footprint: the rest is the new memory");
    }
    const auto* const phases = std::get_if<PhasesSpec>(&workload.kind);
    if (phases != nullptr && phases->phases.empty()) {
      add(path_ + ".phases", "a workload of phases needs at least one");
    }
    if (!spec_.run.stop.duration && !spec_.run.stop.operations && !spec_.run.stop.faults) {
      add(path_ + ".kind", "this workload has no end of its own: set duration or stop_after");
    }
  }

  void check_trace(const TraceData& trace, bool repeats) {
    if (trace.entries.empty()) return add(path_ + ".file", "the trace has no accesses");
    std::uint32_t instances = 0, pasids = 0;
    for (const TraceEntry& entry : trace.entries) {
      instances = std::max(instances, entry.device);
      pasids = std::max(pasids, entry.pasid);
    }
    if (instances >= device_.count) {
      add(path_ + ".file",
          fmt::format("the trace names device {}, but count is {}", instances, device_.count));
    }
    if (pasids >= device_.contexts) {
      add(path_ + ".file",
          fmt::format("the trace names pasid {}, but contexts is {}", pasids, device_.contexts));
    }
    if (trace.timed && pasids == 0 && device_.contexts > 1) {
      add(fmt::format("devices[{}].contexts", index_),
          "a timed trace without PASIDs is replayed by one context");
    }
    const bool takes_times = trace.timed && !device_.workload.queue_depth && !device_.workload.rate;
    if (repeats && takes_times && period_of(trace) == sim::Duration::zero()) {
      add(path_ + ".repeat", "a recording whose times span no time has no period to repeat it by");
    }
    const StopSpec& stop = spec_.run.stop;
    if (repeats && !stop.duration && !stop.operations && !stop.faults) {
      add(path_ + ".repeat", "a repeated trace has no end: set duration or stop_after");
    }
  }

  const SystemSpec& spec_;
  std::size_t index_;
  const DeviceSpec& device_;
  std::string path_;
  std::vector<SpecProblem> problems_;
};

}  // namespace

std::vector<SpecProblem> workload_problems(const SystemSpec& spec, std::size_t device) {
  return WorkloadFinder(spec, device).find();
}

}  // namespace faultpath::models
