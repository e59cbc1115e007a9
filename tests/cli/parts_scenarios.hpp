// Scenarios whose results are told in parts.
#pragma once

namespace faultpath::cli {

// Two names, several instances, functions that share an interface, and a space that is shared.
inline constexpr auto kTwoNames = R"(scenario: 1
name: two-names
stop_after: {operations: 4000}
replications: 2
host: {memory: 12MiB}
devices:
  - name: nic
    count: 3
    address_space: common
    workload: {kind: uniform, footprint: 8MiB, queue_depth: 8}
  - name: disk
    address_space: common
    workload: {kind: sequential, footprint: 8MiB, queue_depth: 1}
  - name: vf
    count: 2
    virtual_function_of: disk
    workload: {kind: uniform, footprint: 1MiB, operation: 16KiB, queue_depth: 2}
strategies: [iopf, sva, pin]
variants:
  vtd: {}
  stall: {iommu: {kind: smmu_stall}}
  small: {iommu: {queue_entries: 4}}
)";

// Two guests, one of them in two instances; a process of the host with two devices, one of them
// with a context in a process of its own and one in another; devices that share no process.
inline constexpr auto kMachines = R"(scenario: 1
name: machines
stop_after: {operations: 2000}
replications: 2
host: {memory: 64MiB}
processes: [{name: db}, {name: log}]
guests:
  - {name: vm, count: 2, memory: 8MiB, processes: [{name: app}, {name: web}]}
  - {name: lazy, memory: 8MiB, backing: iopf, processes: [{name: app}]}
devices:
  - {name: a, count: 2, guest: vm, process: app, workload: {kind: uniform, footprint: 4MiB}}
  - {name: b, count: 2, guest: vm, process: web, workload: {kind: uniform, footprint: 2MiB}}
  - {name: c, guest: lazy, process: app, observed: false,
     workload: {kind: uniform, footprint: 4MiB}}
  - {name: d, process: db, workload: {kind: sequential, footprint: 4MiB}}
  - {name: e, contexts: [{process: db}, {process: log}], workload: {kind: uniform, footprint: 4MiB}}
  - {name: f, count: 3, workload: {kind: uniform, footprint: 4MiB}}
strategies: [sva]
)";

}  // namespace faultpath::cli
