// What virtual CPUs cannot be.
#include "models/cpu/virtual_cpus_spec.hpp"

#include <variant>

namespace faultpath::models {
namespace {

bool is_slice(const sim::DistributionSpec& spec) {
  return std::holds_alternative<sim::ConstantSpec>(spec) ||
         std::holds_alternative<sim::ExponentialSpec>(spec);
}

std::optional<VirtualCpusProblem> problem_of_slice(const sim::DistributionSpec& spec,
                                                   std::string key) {
  if (!is_slice(spec)) return VirtualCpusProblem{std::move(key), "is constant or exponential"};
  if (sim::mean_of(spec) < kShortestSlice) {
    return VirtualCpusProblem{std::move(key), "is 1 us at least on average"};
  }
  return std::nullopt;
}

}  // namespace

double stolen_share(const StealSpec& spec) {
  const auto run = static_cast<double>(sim::mean_of(spec.run).count());
  const auto stolen = static_cast<double>(sim::mean_of(spec.stolen).count());
  return stolen / (run + stolen);
}

std::optional<VirtualCpusProblem> problem_of(const VirtualCpusSpec& spec) {
  using Problem = VirtualCpusProblem;
  if (spec.count == 0) return Problem{"count", "is at least 1"};
  if (spec.halt_poll.start > spec.halt_poll.max && spec.halt_poll.max > sim::Duration::zero()) {
    return Problem{"halt_poll.start", "is at most halt_poll.max"};
  }
  if (spec.steal) {
    if (const auto problem = problem_of_slice(spec.steal->run, "steal.run")) return problem;
    if (const auto problem = problem_of_slice(spec.steal->stolen, "steal.stolen")) return problem;
    if (spec.overcommit) return Problem{"steal", "goes without overcommit, which steals by itself"};
  }
  if (!spec.overcommit) return std::nullopt;
  if (spec.overcommit->cores == 0) return Problem{"overcommit.cores", "is at least 1"};
  if (spec.overcommit->slice < kShortestSlice) {
    return Problem{"overcommit.slice", "is at least 1 us"};
  }
  if (spec.idle == IdleLoop::spin) {
    return Problem{"idle", "is halt under overcommit: spinning guests would take turns for ever"};
  }
  return std::nullopt;
}

}  // namespace faultpath::models
