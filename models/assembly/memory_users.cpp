// Starting the users of memory.
#include "models/assembly/memory_users.hpp"

#include <map>
#include <memory>
#include <utility>

#include "models/device/workload.hpp"

namespace faultpath::models {
namespace {

// The processes that access their memory themselves, by name.
std::map<std::string, const ProcessSpec*> with_accesses(const Plan& plan) {
  std::map<std::string, const ProcessSpec*> specs;
  for (const Plan::Process& planned : plan.processes) {
    if (planned.spec == nullptr || !planned.spec->cpu) continue;
    for (std::uint64_t i = 0; i < planned.count; ++i) specs[planned.name_of(i)] = planned.spec;
  }
  return specs;
}

CpuAccesses::Source accesses_of(const ProcessSpec& spec, const ProcessMemory& process,
                                sim::RandomStream stream, PageSize size) {
  const std::shared_ptr<Workload> workload = make_workload(
      {spec.cpu->workload, start_of(process.first(), size), std::move(stream), nullptr});
  return [workload, size] {
    const Operation operation = *workload->next();
    const IovaPage first = operation.first_page(size);
    const IovaPage last = operation.last_page(size);
    return CpuAccesses::Access{first, last.value - first.value + 1, operation.write};
  };
}

}  // namespace

MemoryUsers::MemoryUsers(const Setting& setting)
    : simulation_(setting.simulation),
      page_size_(setting.spec.host.page_size),
      lock_writers_(setting.simulation, setting.spec.host.mmap_lock, setting.window,
                    setting.path + "/mmap_lock"),
      sources_({setting.simulation, setting.spec.host, setting.store, setting.memory,
                setting.processor, setting.window, setting.path + "/notifiers"}),
      accesses_(setting.simulation, setting.memory, setting.window) {}

void MemoryUsers::start(HostTables& tables) {
  const auto specs = with_accesses(tables.plan());
  for (ProcessMemory& process : tables.processes()) {
    lock_writers_.start(process);
    sources_.start(process);
    const auto found = specs.find(process.name());
    if (found == specs.end()) continue;
    sim::RandomStream stream = simulation_.stream(process.name(), "cpu workload");
    accesses_.start(process, found->second->cpu->rate,
                    accesses_of(*found->second, process, std::move(stream), page_size_));
  }
}

}  // namespace faultpath::models
