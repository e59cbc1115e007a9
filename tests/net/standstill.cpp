// The reasons for a standstill, one function each.
#include "tests/net/standstill.hpp"

#include <algorithm>
#include <vector>

#include "models/assembly/guest_implications.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/plan.hpp"
#include "models/strategy/lru_locked.hpp"

namespace faultpath::net {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

// The guest finds nothing to do.
bool asks_the_wrong_one(const SystemSpec& spec) {
  const SecondStageSpec& second = spec.iommu.second_stage;
  return spec.iommu.levels.stage2 > 0 && second.backing == SecondStageBacking::on_demand &&
         second.misses_go_to == MissRoute::guest;
}

// Requests or answers are lost, and nobody sends them again.
bool loses_messages(const SystemSpec& spec) {
  const auto* const amd = spec.iommu.kind.get<AmdSpec>();
  const auto* const smmu = spec.iommu.kind.get<SmmuPriSpec>();
  const bool unanswered = amd != nullptr && (!amd->auto_response || amd->always);
  const bool unmatched = smmu != nullptr && !smmu->pps && !smmu->ppar &&
                         std::ranges::any_of(spec.devices, [](const DeviceSpec& d) {
                           return d.pri.response_pasid_required;
                         });
  return unanswered || unmatched || !spec.iommu.events.empty();
}

// Groups stay with user space for ever.
bool forgets_groups(const SystemSpec& spec) {
  const UserReadersSpec* const user = spec.route.user();
  if (user == nullptr) return false;
  const bool silent = user->answers == UserAnswers::never ||
                      std::ranges::any_of(user->exceptions, [](const UserExceptionSpec& each) {
                        return each.answers == UserAnswers::never;
                      });
  const bool too_small = std::ranges::any_of(
      spec.devices, [&](const DeviceSpec& device) { return device.pri.group > user->records; });
  return silent || too_small || !user->events.empty();
}

// The queue does not hold what devices may ask at a time: who is answered Success unseen comes
// back, it may be in step with all others.
bool overflows(const SystemSpec& spec) {
  std::uint64_t credits = 0;
  for (const DeviceSpec& device : spec.devices) {
    credits += std::uint64_t{device.count} * device.pri.allocation;
  }
  return credits >= spec.iommu.queue_entries;
}

// Others hold the lock for as long as there is time, or nearly.
bool waits_for_a_lock(const SystemSpec& spec) {
  const MmapLockSpec& lock = spec.host.mmap_lock;
  return lock.writers * sim::to_seconds(sim::mean_of(lock.hold)) > 0.3;
}

// Pages that an instance wants at a time, at most.
std::uint64_t wanted_by(const DeviceSpec& device, const Trace& trace) {
  if (device.workload.rate || (trace && trace->timed)) return 1'000'000;   // as many as come
  const std::uint64_t pages = device.workload.operation / kPageBytes + 2;  // with both ends
  return device.contexts * device.workload.queue_depth.value_or(1) * pages;
}

// Pages go before their devices come back for them.
bool thrashes(const SystemSpec& spec) {
  double reached = 0.0, wanted = 0.0;
  bool is_limited = false;
  const Plan plan = plan_of(spec);
  for (const Plan::Table& table : plan.tables) {
    const Plan::Process& space = plan.processes[table.process];
    const auto* const lru = std::get_if<LruLockedSpec>(&table.strategy->kind);
    std::uint64_t at_a_time = 0;
    for (const std::size_t i : table.devices) {
      const std::uint64_t instances = table.devices.size() > 1 ? spec.devices[i].count : 1;
      at_a_time += instances * wanted_by(spec.devices[i], spec.traces[i]);
    }
    const std::uint64_t pages = space.pages.count();
    reached += static_cast<double>(space.count * pages);
    wanted += static_cast<double>(space.count * std::min(at_a_time, pages));
    if (lru == nullptr) continue;
    const bool is_swept = lru->evict == LruLockedSpec::Evict::periodic;
    const double limit = static_cast<double>(LruLocked::limit_pages(lru->limit, pages));
    const double kept = is_swept ? lru->target * limit : limit;
    is_limited |= kept < static_cast<double>(lru->premap * std::min(at_a_time, pages));
  }
  const double spare =
      static_cast<double>(spec.host.memory / kPageBytes) * (1.0 - spec.host.reclaim.high);
  return is_limited || (reached > spare && wanted > spare / 8);
}

// The same in a guest: its processes have little more than half of its memory, or less.
bool a_guest_thrashes(const SystemSpec& spec) {
  const Plan plan = plan_of(spec);
  std::vector<std::uint64_t> pages(spec.guests.size());
  for (const Plan::Process& process : plan.processes) {
    if (!process.guest) continue;
    const std::uint32_t guests = spec.guests[*process.guest].count;
    pages[*process.guest] += (process.count + guests - 1) / guests * process.pages.count();
  }
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (pages[i] > spec.guests[i].memory / kPageBytes / 2) return true;
  }
  return false;
}

}  // namespace

bool may_stand_still(const SystemSpec& spec) {
  return asks_the_wrong_one(spec) || guests_may_lose(spec) || loses_messages(spec) ||
         forgets_groups(spec) || overflows(spec) || waits_for_a_lock(spec) || thrashes(spec) ||
         a_guest_thrashes(spec);
}

}  // namespace faultpath::net
