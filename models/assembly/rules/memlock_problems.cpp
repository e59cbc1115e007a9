// Adding up what is locked at the start, as the engine does.
#include "models/assembly/rules/memlock_problems.hpp"

#include <fmt/format.h>

#include <map>

#include "models/assembly/pinned_at_start.hpp"

namespace faultpath::models {
namespace {

constexpr const char* kKey = "host.mapping.memlock";

double mebibytes(std::uint64_t pages, PageSize size) {
  return static_cast<double>(size.bytes_of(pages)) / (1 << 20);
}

// Pages that the first instance of each process, which has the most tables, has charged.
std::vector<std::uint64_t> charged(const Plan& plan, bool each_table) {
  std::vector<std::uint64_t> pages(plan.processes.size());
  std::vector<Runs> once(plan.processes.size());
  for (const Plan::Table& table : plan.tables) {
    const Runs pinned = pinned_at_start(plan, table);
    const std::uint64_t processes = plan.processes[table.process].count;
    const std::uint64_t tables = (table.count + processes - 1) / processes;
    pages[table.process] += tables * pinned.count();
    once[table.process] = merged(once[table.process], pinned);
  }
  for (std::size_t i = 0; !each_table && i < pages.size(); ++i) pages[i] = once[i].count();
  return pages;
}

std::vector<SpecProblem> of_processes(const SystemSpec& spec, const Plan& plan) {
  const bool type1 = spec.host.mapping.engine == MappingEngine::type1;
  const std::uint64_t limit = plan.page_size.pages_in(*spec.host.mapping.memlock);
  const std::vector<std::uint64_t> pages = charged(plan, type1);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (pages[i] <= limit) continue;
    return {
        {kKey, fmt::format("{:g} MiB of process {} are pinned at the start, more than {:g} MiB: "
                           "{}",
                           mebibytes(pages[i], plan.page_size), plan.processes[i].name_of(0),
                           mebibytes(limit, plan.page_size),
                           type1 ? "type1 refuses the page that is too many, and undoes the "
                                   "mapping (ENOMEM)"
                                 : "iommufd refuses when it has pinned them all, and undoes "
                                   "the mapping (ENOMEM)")}};
  }
  return {};
}

std::vector<SpecProblem> of_users(const SystemSpec& spec, const Plan& plan) {
  const std::uint64_t limit = plan.page_size.pages_in(*spec.host.mapping.memlock);
  const std::vector<std::uint64_t> pages = charged(plan, false);
  std::map<std::uint32_t, std::uint64_t> sums;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const Plan::Process& process = plan.processes[i];
    const std::uint64_t sum = sums[process.user] += process.count * pages[i];
    if (sum <= limit) continue;
    return {{kKey,
             fmt::format("{:g} MiB of the processes of user {}, {} the last of them, are pinned at "
                         "the start, more than {:g} MiB: iommufd adds them up, refuses a mapping "
                         "when it has pinned all of it, and undoes it (ENOMEM)",
                         mebibytes(sum, plan.page_size), process.user,
                         process.name_of(process.count - 1), mebibytes(limit, plan.page_size))}};
  }
  return {};
}

}  // namespace

std::vector<SpecProblem> memlock_problems(const SystemSpec& spec, const Plan& plan) {
  const MappingSpec& rules = spec.host.mapping;
  if (!rules.memlock) return {};
  const bool users =
      rules.engine == MappingEngine::iommufd && rules.rlimit_mode == RlimitMode::user;
  return users ? of_users(spec, plan) : of_processes(spec, plan);
}

}  // namespace faultpath::models
