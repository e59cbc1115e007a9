// The table of workloads.
#include "models/device/workload.hpp"

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

template <class Kind>
std::unique_ptr<Workload> make(const WorkloadSource& source) {
  return std::make_unique<Kind>(source);
}

}  // namespace

const std::vector<WorkloadInfo>& workload_kinds() {
  using enum WorkloadKind;
  static const std::vector<WorkloadInfo> table{
      {sequential, "sequential", "one operation after the other, then again", true,
       make<Sequential>},
      {uniform, "uniform", "any operation, equally likely", true, make<Uniform>},
      {zipf, "zipf", "few operations often, most seldom", true, make<ZipfPattern>},
      {stride, "stride", "a fixed distance apart, then again", true, make<Stride>},
      {phases, "phases", "other kinds, one after the other", false, make<Phases>},
      {ring, "ring", "buffers in turn, as a NIC's receive ring", false, make<BufferRing>},
      {trace, "trace", "a recorded sequence", false, make<Replay>},
      {fresh, "fresh", "memory in use, and now and then new memory", false, make<Fresh>},
  };
  return table;
}

std::unique_ptr<Workload> make_workload(const WorkloadSource& source) {
  return workload_kinds()[static_cast<std::size_t>(source.spec.kind)].make(source);
}

}  // namespace faultpath::models
