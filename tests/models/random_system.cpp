// Drawing small systems.
#include <algorithm>

#include "models/assembly/run.hpp"
#include "models/strategy/lru_locked.hpp"
#include "sim/ensure.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/random_device.hpp"
#include "tests/models/random_values.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;

class Draw : RandomValues {
 public:
  explicit Draw(std::uint64_t seed) : RandomValues(seed) {}

  SystemSpec system() {
    SystemSpec spec;
    draw_host(spec.host);
    draw_iommu(spec.iommu);
    const std::uint64_t kinds = between(1, 2);
    for (std::uint64_t i = 0; i < kinds; ++i) {
      spec.devices.push_back(random_device(*this, i));
      spec.traces.push_back(chance(0.3) ? random_trace(*this, spec.devices.back()) : nullptr);
    }
    if (kinds == 2 && chance(0.25)) share(spec);
    if (kinds == 2 && chance(0.3)) make_virtual(spec);
    spec.strategy = strategy(spec);
    draw_guests(spec);
    draw_incidents(spec);
    draw_memory(spec);
    draw_run(spec.run);
    calm_storms(spec);
    draw_queues(spec.iommu);
    draw_translations(spec);
    draw_route(spec);
    draw_page_size(spec);
    return spec;
  }

 private:
  void draw_host(HostSpec& host) {
    host.cores = small(1, 6);
    host.page_fault = {cost(750), cost(2000), cost(250)};
    host.swap.latency = nanoseconds(static_cast<std::int64_t>(between(0, 30'000)));
    host.swap.queue_depth = small(1, 64);
    if (chance(0.3)) host.mmap_lock = {static_cast<double>(between(1'000, 50'000)), cost(3000)};
    host.interrupt = {cost(1000), cost(2000), cost(200)};
    host.work_queue = {small(1, 32), cost(1000)};
    host.submit = cost(150);
    host.reclaim = {
        .min = 0.05, .low = 0.1, .high = 0.2, .batch = small(1, 32), .per_page = cost(200)};
  }
  void draw_iommu(IommuSpec& iommu) {
    iommu.kind = one_of({IommuKind::vtd, IommuKind::vtd, IommuKind::smmu_pri, IommuKind::smmu_stall,
                         IommuKind::riscv, IommuKind::amd});
    iommu.queue_entries = 1U << between(1, 7);
    iommu.iotlb = {8 * small(1, 8), one_of({1U, 2U, 8U})};
    iommu.walk_cache = {4 * small(0, 4), one_of({1U, 4U})};
    iommu.configuration.entries = one_of({1U, 2U, 1000U});
    iommu.walkers = small(1, 4);
    iommu.levels = {small(3, 5), chance(0.3) ? small(3, 5) : 0};
    iommu.second_stage.leaf_bits = one_of<std::uint8_t>({12, 21, 30});
    iommu.second_stage.cache.entries = 4 * small(0, 2);
    iommu.lookup = cost(10);
    iommu.memory_read = cost(70);
    iommu.invalidation.iotlb = cost(700);
  }
  // User space, where it can serve the rest.
  void draw_route(SystemSpec& spec) {
    if (!chance(0.2)) return;
    IommufdSpec iommufd;
    ContainerSpec container;
    UserReadersSpec readers;
    readers.readers =
        one_of({UserReadersSpec::Readers::single, UserReadersSpec::Readers::per_queue});
    readers.threads = small(1, 3);
    readers.wake_up = cost(3000);
    readers.system_call = cost(300);
    readers.match = one_of({UserMatch::cookie, UserMatch::device, UserMatch::pasid_and_index});
    readers.work = cost(1000);
    readers.fetch = cost(500);
    readers.answers = one_of({UserAnswers::once, UserAnswers::twice, UserAnswers::swapped});
    static_cast<UserReadersSpec&>(iommufd) = static_cast<UserReadersSpec&>(container) = readers;
    if (chance(0.5)) iommufd.queues = IommufdSpec::Queues::shared;
    const RouteSpec usual = spec.route;
    spec.route = chance(0.5) ? RouteSpec(iommufd) : RouteSpec(container);
    if (!problems_of(spec).empty()) spec.route = usual;
  }
  // Larger pages, where they are modelled: all that is told in bytes grows with them, but traces.
  void draw_page_size(SystemSpec& spec) {
    SystemSpec larger = spec;
    const PageSize size = PageSize::of_bytes(one_of({16 * kKiB, 64 * kKiB}));
    const std::uint64_t by = size.bytes() / kPageBytes;
    larger.host.page_size = size;
    larger.iommu.levels.stage1 = std::min(larger.iommu.levels.stage1, usual_levels(size));
    larger.host.memory *= by;
    for (DeviceSpec& device : larger.devices) {
      device.workload.footprint *= by;
      for (NonfaultableSpec& range : device.nonfaultable) {
        range.offset *= by;
        range.length *= by;
      }
      if (auto* const stride = std::get_if<StrideSpec>(&device.workload.kind)) stride->stride *= by;
    }
    if (auto* const lru = std::get_if<LruLockedSpec>(&larger.strategy.kind)) {
      auto* const limit = std::get_if<std::uint64_t>(&lru->limit.value);
      if (limit != nullptr) *limit *= by;
    }
    if (chance(0.5) && problems_of(larger).empty()) spec = larger;
  }
  // The ring of descriptors, the storage for stalls, and when software is told.
  void draw_queues(IommuSpec& iommu) {
    iommu.invalidation.queue_entries = chance(0.5) ? 256 : small(2, 12);
    if (chance(0.3)) iommu.invalidation.fetch = cost(60);
    const std::optional<std::uint32_t> capacity =
        chance(0.3) ? std::optional(small(1, 12)) : std::nullopt;
    if (capacity && iommu.kind == IommuKind::smmu_stall) {
      iommu.kind.as<SmmuStallSpec>().capacity = *capacity;
    }
    const auto some = nanoseconds(static_cast<std::int64_t>(between(100, 20'000)));
    iommu.interrupt = one_of(
        {InterruptPolicySpec{}, InterruptPolicySpec{}, InterruptPolicySpec{InterruptPerMessage{}},
         InterruptPolicySpec{InterruptFirstIntoEmpty{}}, InterruptPolicySpec{InterruptLastOnly{}},
         InterruptPolicySpec{InterruptCoalesced{small(1, 10), some}},
         InterruptPolicySpec{InterruptPolled{some}}});
  }
  // Several translations a request, marks that cost time, grants as asked.
  void draw_translations(SystemSpec& spec) {
    for (DeviceSpec& device : spec.devices) {
      if (!device.ats.enabled || spec.iommu.kind == IommuKind::smmu_stall) continue;
      if (chance(0.4)) device.ats.translations_per_request = small(2, 16);
      if (chance(0.4)) device.ats.invalidate_queue_depth = small(1, 4);
    }
    IommuSpec& iommu = spec.iommu;
    const bool process = std::holds_alternative<SvaSpec>(spec.strategy.kind);
    const bool on_demand = iommu.second_stage.backing == SecondStageBacking::on_demand;
    if (process && chance(0.5)) iommu.access_dirty.dirty = DirtyUpdate::software;
    if (process || on_demand) iommu.access_dirty.update = cost(100);
    if (on_demand && chance(0.5)) iommu.second_stage.grant = GuestGrant::as_asked;
    if (iommu.levels.stage2 > 0) iommu.second_stage.walk_cache.entries = 4 * small(0, 2);
  }
  // The second kind of device shares the page request interface of the first.
  static void make_virtual(SystemSpec& spec) {
    DeviceSpec &physical = spec.devices[0], &other = spec.devices[1];
    if (!spec.traces[0]) physical.count = 1;
    other.virtual_function_of = physical.name;
    other.pri.allocation = physical.pri.allocation;
    other.pri.group = std::min(other.pri.group, physical.pri.group);
    other.pri.response_pasid_required = physical.pri.response_pasid_required;
  }
  void draw_incidents(SystemSpec& spec) {
    const auto soon = [this] {
      return nanoseconds(static_cast<std::int64_t>(between(1, 200'000)));
    };
    for (DeviceSpec& device : spec.devices) {
      while (chance(0.25)) device.reset.at.push_back(soon());
      const auto length = nanoseconds(static_cast<std::int64_t>(between(0, 20'000)));
      if (!device.reset.at.empty()) device.reset.duration = length;
      const bool pasids = std::holds_alternative<SvaSpec>(spec.strategy.kind);
      while (pasids && spec.iommu.kind != IommuKind::smmu_stall && chance(0.4)) {
        device.stops.push_back({small(0, device.contexts - 1), soon(), chance(0.6)});
      }
    }
  }
  // The second kind of device reaches the memory of the first.
  void share(SystemSpec& spec) {
    for (DeviceSpec& device : spec.devices) {
      device.address_space = "common";
      device.memory = spec.devices[0].memory;
    }
  }
  StrategySpec strategy(SystemSpec& spec) {
    switch (between(0, 6)) {
      case 0:
        return {"pin", PinSpec{}};
      case 1:
        return {"iopf", IopfSpec{small(1, 8)}};
      case 2:
        return {"iopf_grow", IopfGrowSpec{small(1, 4)}};
      case 3:
        return {"sva", SvaSpec{}};
      case 4:
        return {"selective",
                SelectiveSpec{.pinned = {.share = 0.0, .ranges = {{0, small(1, 8) * kPageBytes}}},
                              .premap = small(2, 8),
                              .premap_grows = chance(0.5)}};
      default:
        return {"lru_locked", lru_locked(spec)};
    }
  }
  // Pages that operations in flight wait for at a time.
  static std::uint64_t wanted_by(const DeviceSpec& device) {
    const std::uint64_t pages = device.workload.operation / kPageBytes + 2;  // with both ends
    const std::uint64_t window = std::min<std::uint64_t>(device.pri.group, pages);
    return device.contexts * device.workload.queue_depth.value_or(1) * window;
  }
  static std::uint64_t wanted(const SystemSpec& spec) {
    std::uint64_t sum = 0;
    for (const DeviceSpec& device : spec.devices) sum += device.count * wanted_by(device);
    return sum;
  }
  // With less than that each page may be gone again before its device comes back for it.
  static std::uint64_t least_limit(const SystemSpec& spec) {
    std::uint64_t most = 0;
    for (const DeviceSpec& device : spec.devices) most = std::max(most, wanted_by(device));
    return spec.devices[0].address_space ? wanted(spec) : most;
  }
  static void close_loops(SystemSpec& spec) {
    for (DeviceSpec& device : spec.devices) {
      if (!device.workload.queue_depth) device.workload.queue_depth = 4;
      device.workload.rate.reset();
    }
  }
  LruLockedSpec lru_locked(SystemSpec& spec) {
    close_loops(spec);
    LruLockedSpec lru;
    lru.premap = small(1, 4);
    const std::uint64_t least = lru.premap * least_limit(spec);
    lru.limit.value = between(least + 2, least + 40) * kPageBytes;
    if (chance(0.3)) lru.limit.value = 0.5 + unit() / 2;
    if (LruLocked::limit_pages(lru.limit, spec.devices[0].workload.footprint / kPageBytes) <
        least) {
      lru.limit.value = least * kPageBytes;
    }
    lru.recency = chance(0.3) ? LruLockedSpec::Recency::used : LruLockedSpec::Recency::mapped;
    lru.evict = chance(0.3) ? LruLockedSpec::Evict::periodic : LruLockedSpec::Evict::at_fault;
    lru.period = nanoseconds(static_cast<std::int64_t>(between(5'000, 100'000)));
    return lru;
  }
  // What is mapped on a fault and not pinned may lie in guest memory that comes on demand as well.
  void draw_guests(SystemSpec& spec) {
    const bool pins = !std::holds_alternative<IopfSpec>(spec.strategy.kind) &&
                      !std::holds_alternative<SvaSpec>(spec.strategy.kind);
    if (spec.iommu.levels.stage2 == 0 || pins || chance(0.3)) return;
    spec.iommu.second_stage.backing = SecondStageBacking::on_demand;
    spec.iommu.second_stage.leaf_bits = kPageBits;  // larger ones need more memory than is drawn
    spec.iommu.second_stage.software_walk = cost(100);
  }
  // Sometimes more than all reach, sometimes less; never so little that pinned pages alone fill it.
  void draw_memory(SystemSpec& spec) {
    const bool pinned = std::holds_alternative<PinSpec>(spec.strategy.kind) ||
                        std::holds_alternative<IopfGrowSpec>(spec.strategy.kind);
    const bool plenty = pinned || chance(0.5);
    if (!plenty) close_loops(spec);
    spec.host.memory = (plenty ? 4000 : between(200, 400) + 8 * wanted(spec)) * kPageBytes;
  }
  // A group that can never enter the queue as a whole is never served; nor, it may be, are groups
  // whose devices come back in step, at once.
  void calm_storms(SystemSpec& spec) {
    std::uint64_t credits = 0;
    for (const DeviceSpec& device : spec.devices) {
      while (spec.iommu.queue_entries <= device.pri.group) spec.iommu.queue_entries *= 2;
      credits += device.count * device.pri.allocation;
    }
    if (credits < spec.iommu.queue_entries) return;
    for (DeviceSpec& device : spec.devices) {
      device.pri.retry_delay = sim::ExponentialSpec{sim::microseconds(5)};
    }
  }
  void draw_run(RunSpec& run) {
    run.seed = between(1, 1000);
    if (chance(0.2)) run.warmup = sim::microseconds(static_cast<std::int64_t>(between(1, 200)));
    switch (between(0, 2)) {
      case 0:
        run.stop.duration = sim::microseconds(static_cast<std::int64_t>(between(50, 1500)));
        break;
      case 1:
        run.stop.operations = between(1, 1500);
        break;
      default:
        run.stop.operations = 1500;  // should faults not come
        run.stop.faults = between(1, 300);
    }
  }
};

}  // namespace

SystemSpec random_system(std::uint64_t seed) {
  for (std::uint64_t attempt = 0; attempt < 100; ++attempt) {
    SystemSpec spec = Draw(1000 * seed + attempt).system();
    if (problems_of(spec).empty()) return spec;
  }
  ENSURE(false, "one in a hundred draws has no problems");
  return {};
}

}  // namespace faultpath::models
