// Random processes with declared areas, and random users of them: every run keeps the laws.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/assembly/run.hpp"
#include "tests/models/area_runs.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/random_values.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kSmallFolio = 16ULL << 10;

class AreaDraw : RandomValues {
 public:
  explicit AreaDraw(std::uint64_t seed) : RandomValues(seed) {}

  SystemSpec system() {
    std::vector<AreaSpec> areas;
    for (std::uint32_t i = small(1, 4); i > 0; --i) areas.push_back(area(i));
    SystemSpec spec = with_areas(areas);
    spec.iommu.kind = one_of({IommuKind::vtd, IommuKind::smmu_pri, IommuKind::smmu_stall,
                              IommuKind::amd, IommuKind::riscv});
    spec.strategy = chance(0.6) ? StrategySpec{"sva", SvaSpec{}} : other_strategy();
    if (spec.iommu.kind == IommuKind::amd) spec.strategy = {"sva", SvaSpec{}};
    spec.host.memory = between(400, 3000) * kPageBytes;
    spec.host.reclaim = {.min = 0.02, .low = 0.05, .high = 0.1};
    if (chance(0.2)) spec.host.reclaim.watermarks = WatermarkRule::linux_zone;
    spec.host.reclaim.spin = chance(0.3);
    spec.host.reclaim.scan_pinned = chance(0.3);
    spec.host.reclaim.lists.kind = one_of({PageLists::one, PageLists::two, PageLists::four});
    spec.host.reclaim.lists.refaults = chance(0.5);
    spec.host.page_cache.async = chance(0.5);
    spec.host.swap.synchronous = chance(0.2);
    spec.host.swap.page_cluster = small(0, 5);
    if (chance(0.3)) spec.host.memory_cgroup.max = between(300, 1000) * kPageBytes;
    if (chance(0.3)) spec.host.memory_cgroup.high = 300 * kPageBytes;
    if (chance(0.3)) spec.host.mmap_lock.writers = 10'000;
    for (std::uint32_t i = small(0, 3); i > 0; --i) spec.host.notifiers.push_back(notifier());
    if (chance(0.4)) spec.processes[0].cpu = cpu();
    draw_device(spec);
    draw_page_size(spec);
    return spec;
  }

 private:
  // On Arm, without huge pages: all that is told in bytes grows with the pages.
  void draw_page_size(SystemSpec& spec) {
    const bool arm =
        spec.iommu.kind == IommuKind::smmu_pri || spec.iommu.kind == IommuKind::smmu_stall;
    if (!arm || chance(0.3)) return;
    const PageSize size = PageSize::of_bytes(one_of({16 * kKiB, 64 * kKiB}));
    const std::uint64_t by = size.bytes() / kPageBytes;
    spec.host.page_size = size;
    spec.iommu.levels.stage1 = usual_levels(size);
    spec.host.memory *= by;
    if (spec.host.memory_cgroup.max) *spec.host.memory_cgroup.max *= by;
    if (spec.host.memory_cgroup.high) *spec.host.memory_cgroup.high *= by;
    for (AreaSpec& area : spec.processes[0].areas) {
      area.huge = AreaSpec::Huge::never;
      area.size *= by;
      if (area.file_size) *area.file_size *= by;
      for (std::uint64_t& folio : area.folios) folio *= by;
    }
    std::erase_if(spec.host.notifiers, [](const NotifierSpec& source) {
      return source.kind == NotifierKind::khugepaged;
    });
    for (NotifierSpec& source : spec.host.notifiers) {
      if (source.range) *source.range *= by;
    }
    if (spec.processes[0].cpu) spec.processes[0].cpu->workload.footprint *= by;
    spec.devices[0].workload.footprint *= by;
  }
  AreaSpec area(std::uint32_t number) {
    AreaSpec area =
        area_of(between(1, 700),
                one_of({Backing::anonymous, Backing::anonymous, Backing::file, Backing::shared}));
    area.name = "area_" + std::to_string(number);
    area.shared = chance(0.3);
    if (chance(0.2)) area.access = AreaSpec::Access::read_only;
    if (area.kind == Backing::file && chance(0.3)) area.file_size = between(1, area.size);
    if (area.kind != Backing::file) {
      area.huge = one_of({AreaSpec::Huge::never, AreaSpec::Huge::madvise, AreaSpec::Huge::always});
      if (area.huge != AreaSpec::Huge::never) area.size += 2 * kMiB;
    }
    if (area.kind != Backing::file && chance(0.3))
      area.folios = {kSmallFolio << small(1, 4), kSmallFolio};
    area.advice = one_of({AreaSpec::Advice::normal, AreaSpec::Advice::normal,
                          AreaSpec::Advice::random, AreaSpec::Advice::sequential});
    area.mlock = chance(0.1);
    area.userfaultfd = area.folios.empty() && area.kind != Backing::file &&
                       area.huge == AreaSpec::Huge::never && chance(0.2);
    return area;
  }
  StrategySpec other_strategy() {
    if (chance(0.5)) return {"iopf", IopfSpec{small(1, 8)}};
    return {"lru_locked", LruLockedSpec{.limit = {0.3}}};
  }
  NotifierSpec notifier() {
    NotifierSpec spec;
    spec.kind = kNotifierTraits[between(0, kNotifierTraits.size() - 1)].kind;
    spec.rate = static_cast<double>(between(100, 5000));
    if (chance(0.5) && spec.kind != NotifierKind::fork && spec.kind != NotifierKind::khugepaged) {
      spec.range = between(1, 300) * kPageBytes;
    }
    if (chance(0.5) && spec.kind == NotifierKind::numa) spec.moves = unit();
    if (chance(0.5)) spec.child = sim::microseconds(100);
    return spec;
  }
  CpuSpec cpu() {
    CpuSpec cpu;
    cpu.workload.footprint = between(1, 2000) * kPageBytes;
    cpu.rate = 2e5;
    return cpu;
  }
  void draw_device(SystemSpec& spec) {
    DeviceSpec& device = spec.devices[0];
    device.count = small(1, 2);
    device.contexts = small(1, 2);
    device.workload.kind = one_of<WorkloadKind>({UniformSpec{}, ZipfSpec{}});
    device.workload.footprint = between(1, 1500) * kPageBytes;  // beyond the areas, too
    device.workload.queue_depth = small(1, 8);
    device.workload.reads = unit();
    if (spec.iommu.kind != IommuKind::smmu_stall) device.pri.group = small(1, 2);
    spec.run.stop.operations = 1500;
    spec.run.seed = between(1, 1000);
  }
};

class RandomAreas : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomAreas, KeepTheLaws) {
  for (std::uint64_t i = 0; i < 6; ++i) {
    const std::uint64_t seed = 100 * GetParam() + i;
    SCOPED_TRACE("seed " + std::to_string(seed));
    const SystemSpec spec = AreaDraw(seed).system();
    for (const SpecProblem& problem : problems_of(spec)) {
      ASSERT_TRUE(problem.unused) << problem.path << ": " << problem.message;
    }
    checked_run(spec);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomAreas, testing::Range<std::uint64_t>(0, 8));

}  // namespace
}  // namespace faultpath::models
