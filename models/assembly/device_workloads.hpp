// What the contexts of a function do: their workloads, drawn from streams of their own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/device/issue_schedule.hpp"
#include "models/device/workload.hpp"
#include "sim/random.hpp"

namespace faultpath::models {

/// `devices/nic.0`: names the random streams and the journal of a function.
std::string path_of(const DeviceSpec& spec, std::uint32_t instance);

/// One for each context of instance `instance`. `trace`: empty unless its workload is one.
/// `stream(component, purpose)` and `start_of_context(context)` give where each draws from and
/// where its footprint begins.
IssueSchedule::Workloads workloads_of(
    const DeviceSpec& spec, const Trace& trace, std::uint32_t instance,
    const std::function<sim::RandomStream(const std::string&, const char*)>& stream,
    const std::function<Iova(std::uint32_t)>& start_of_context);

}  // namespace faultpath::models
