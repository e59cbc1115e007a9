// Larger base pages against the IOMMU, guests, huge pages, and amounts that are less than a page.
#include "models/assembly/rules/page_size_problems.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <variant>

#include "models/assembly/iommu_kinds.hpp"
#include "models/base/sizes.hpp"

namespace faultpath::models {
namespace {

constexpr const char* kKey = "host.page_size";

class PageSizeFinder {
 public:
  PageSizeFinder(const SystemSpec& spec, const Plan& plan)
      : spec_(spec), plan_(plan), size_(spec.host.page_size) {}

  std::vector<SpecProblem> find() {
    if (size_ == PageSize{}) return {};  // all of it is modelled
    if (!info_of(spec_.iommu.kind).arm_tables) {
      add(kKey, fmt::format("is 4KiB with iommu.kind {}: others are those of Arm, smmu_pri or "
                            "smmu_stall",
                            info_of(spec_.iommu.kind).name));
    }
    if (!spec_.guests.empty()) {
      add(kKey, "is 4KiB with guests: a granule of their own is not modelled");
    }
    check_tables();
    check_huge_pages();
    check_amounts();
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }
  std::uint64_t kib() const { return size_.bytes() / kKiB; }

  // Arm ARM D8.2: 3 and 4 levels of 16 KiB translate 47 and 58 bits, 3 of 64 KiB 55; 52 are the
  // most.
  void check_tables() {
    const LevelsSpec& levels = spec_.iommu.levels;
    const std::uint32_t most = usual_levels(size_);
    if (levels.stage1 > most) {
      add("iommu.levels.stage1",
          fmt::format("{} levels are too many: {} translate all addresses with tables of {}KiB",
                      levels.stage1, most, kib()));
    }
    if (levels.stage2 > 0) {
      add("iommu.levels.stage2",
          fmt::format("a second stage of tables of {}KiB is not modelled: 0, or host.page_size "
                      "4KiB",
                      kib()));
    }
  }

  void check_huge_pages() {
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) {
      check_huge(spec_.devices[i].memory.huge_pages,
                 fmt::format("devices[{}].memory.huge_pages", i));
    }
    for (std::size_t i = 0; i < spec_.processes.size(); ++i) {
      const ProcessSpec& process = spec_.processes[i];
      check_huge(process.memory.huge_pages, fmt::format("processes[{}].memory.huge_pages", i));
      for (std::size_t k = 0; k < process.areas.size(); ++k) {
        check_huge(process.areas[k].huge != AreaSpec::Huge::never,
                   fmt::format("processes[{}].areas[{}].huge", i, k));
      }
    }
    for (std::size_t i = 0; i < spec_.host.notifiers.size(); ++i) {
      check_huge(spec_.host.notifiers[i].kind == NotifierKind::khugepaged,
                 fmt::format("host.notifiers[{}].kind", i));
    }
  }
  void check_huge(bool wanted, const std::string& path) {
    if (!wanted) return;
    add(path, fmt::format("huge pages, of {} MiB beside pages of {}KiB, are not modelled: folios "
                          "are, or host.page_size 4KiB",
                          size_.bytes_of(size_.table_entries()) / kMiB, kib()));
  }

  // Each would come to no page.
  void check_amounts() {
    const HostSpec& host = spec_.host;
    check_amount("host.memory", host.memory);
    check_amount("host.page_cache.fault_around", host.page_cache.fault_around);
    check_amount("host.page_cache.read_ahead", host.page_cache.read_ahead);
    if (host.memory_cgroup.high) check_amount("host.memory_cgroup.high", *host.memory_cgroup.high);
    if (host.memory_cgroup.max) check_amount("host.memory_cgroup.max", *host.memory_cgroup.max);
    if (host.mapping.memlock) check_amount("host.mapping.memlock", *host.mapping.memlock);
    for (std::size_t i = 0; i < host.notifiers.size(); ++i) {
      if (!host.notifiers[i].range) continue;
      check_amount(fmt::format("host.notifiers[{}].range", i), *host.notifiers[i].range);
    }
    for (const Plan::Table& table : plan_.tables) {
      const auto* const odp = std::get_if<OdpSpec>(&table.strategy->kind);
      if (odp == nullptr || odp->prefetch == 0) continue;
      check_amount(table.strategy_path + ".prefetch", odp->prefetch);
    }
  }
  void check_amount(const std::string& path, std::uint64_t bytes) {
    if (bytes >= size_.bytes()) return;
    add(path, fmt::format("{:g} KiB are less than a page of {}KiB: at least that, or a smaller "
                          "host.page_size",
                          static_cast<double>(bytes) / kKiB, kib()));
  }

  const SystemSpec& spec_;
  const Plan& plan_;
  const PageSize size_;
  std::vector<SpecProblem> problems_;
};

}  // namespace

std::vector<SpecProblem> page_size_problems(const SystemSpec& spec, const Plan& plan) {
  return PageSizeFinder(spec, plan).find();
}

}  // namespace faultpath::models
