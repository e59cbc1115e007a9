// The table of workloads.
#include "models/device/workload.hpp"

#include <type_traits>
#include <variant>

#include "models/device/workloads/buffer_ring.hpp"
#include "models/device/workloads/fresh.hpp"
#include "models/device/workloads/phases.hpp"
#include "models/device/workloads/replay.hpp"
#include "models/device/workloads/sequential.hpp"
#include "models/device/workloads/stride.hpp"
#include "models/device/workloads/uniform.hpp"
#include "models/device/workloads/zipf_pattern.hpp"

namespace faultpath::models {
namespace {

// A workload that has no keys of its own is made without its spec.
template <class Spec, class Kind>
std::unique_ptr<Workload> make(const WorkloadSource& source) {
  if constexpr (std::is_constructible_v<Kind, const WorkloadSource&, const Spec&>) {
    return std::make_unique<Kind>(source, std::get<Spec>(source.spec.kind));
  } else {
    return std::make_unique<Kind>(source);
  }
}

template <class Spec, class Kind>
WorkloadInfo workload_row(std::string_view name, std::string_view description) {
  return {Spec{}, name, description, make<Spec, Kind>};
}

}  // namespace

const std::vector<WorkloadInfo>& workload_kinds() {
  static const std::vector<WorkloadInfo> table{
      workload_row<SequentialSpec, Sequential>("sequential",
                                               "one operation after the other, then again"),
      workload_row<UniformSpec, Uniform>("uniform", "any operation, equally likely"),
      workload_row<ZipfSpec, ZipfPattern>("zipf", "few operations often, most seldom"),
      workload_row<StrideSpec, Stride>("stride", "a fixed distance apart, then again"),
      workload_row<PhasesSpec, Phases>("phases", "other kinds, one after the other"),
      workload_row<BufferRingSpec, BufferRing>("ring", "buffers in turn, as a NIC's receive ring"),
      workload_row<TraceSpec, Replay>("trace", "a recorded sequence"),
      workload_row<FreshSpec, Fresh>("fresh", "memory in use, and now and then new memory"),
  };
  return table;
}

const WorkloadInfo& info_of(const WorkloadKind& kind) { return workload_kinds()[kind.index()]; }

std::unique_ptr<Workload> make_workload(const WorkloadSource& source) {
  return info_of(source.spec.kind).make(source);
}

}  // namespace faultpath::models
