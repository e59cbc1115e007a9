// What nothing would ever meet, and what would never end.
#include "models/assembly/rules/guest_vmm_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "models/assembly/guest_implications.hpp"
#include "models/assembly/rules/guest_rules.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

/// Of the lock, for one request of a guest.
constexpr sim::Duration kLongestHold = sim::seconds(10);

void hardware_posts_interrupts(const CheckedGuest& at) {
  if (!at.has<HardwareQueuesSpec>() || at.guest.vcpus.posted) return;
  at.add("vcpus.posted", "interrupts of hardware_queues are posted by hardware");
}

bool exits_take_no_time(const VmmCostSpec& costs) {
  return sim::mean_of(costs.exit) + sim::mean_of(costs.access) == sim::Duration::zero();
}

void answers_wait_in_exits(const CheckedGuest& at) {
  const VmmSpec& vmm = at.guest.vmm;
  if (vmm.answer == AnswerServed::later && exits_take_no_time(vmm.costs)) {
    at.add("vmm.answer", "needs exits that take time: the guest makes them while it waits");
  }
}

void other_work_leaves_time(const CheckedGuest& at) {
  if (!at.guest.vmm.other_work) return;
  const VmmOtherWorkSpec& work = *at.guest.vmm.other_work;
  const double load = work.rate * sim::to_seconds(sim::mean_of(work.hold));
  if (load >= 1.0) {
    at.add("vmm.other_work",
           fmt::format("{:g} sections a second of {:g} us each take {:.4g}% of the time of the "
                       "lock, so that waits have no end",
                       work.rate, 1e6 * sim::to_seconds(sim::mean_of(work.hold)), 100.0 * load));
  }
  if (most_requests_of(at.spec, at.guest) == 0) {
    at.add("vmm.other_work", fmt::format("has no effect: guest '{}' has no device", at.guest.name));
  }
}

// Some device uses a table of its process by PASID.
bool has_pasids(const CheckedGuest& at) {
  return std::ranges::any_of(at.plan.tables, [&](const Plan::Table& table) {
    return at.plan.processes[table.process].guest == at.index &&
           traits_of(*table.strategy).binds_pasid;
  });
}

// Under VT-d a page table and a fault file for each PASID suffice. What AMD's nesting would need
// cannot be made: its virtual IOMMU object can only be destroyed (Linux 7.1, amd/iommufd.c).
void pasids_are_bound_behind_vtd(const CheckedGuest& at) {
  if (at.guest.bind == BindPasids::before) return;
  if (at.has<HardwareQueuesSpec>()) {
    at.add("bind", "nesting on AMD cannot be set up through the interface of Linux 7.1");
  } else if (!at.has<EmulatedVtdSpec>()) {
    at.add("bind", "the VMM shadows tables of PASIDs for emulated_vtd alone");
  } else if (!has_pasids(at)) {
    at.add_unused("bind", "has no effect: no device of the guest has a PASID of it");
  }
}

void cpus_meet_the_second_stage(const CheckedGuest& at) {
  if (!at.guest.cpu_second_stage) return;
  if (at.guest.migration)
    return at.add("cpu_second_stage", "is not modelled for guests that migrate");
  if (!has_pasids(at)) {
    return at.add_unused("cpu_second_stage",
                         "has no effect: no fault is handled by the guest's kernel");
  }
  if (at.guest.cpu_second_stage->asynchronous && traits_of(at.guest.backing).pins_all) {
    at.add("cpu_second_stage.asynchronous",
           "has no effect: all pages have frames, as they are pinned");
  }
}

void global_invalidations_read_tables(const CheckedGuest& at) {
  const auto* const churns = std::get_if<ChurnsPasidsSpec>(&at.guest.behaviour);
  const bool walks =
      churns != nullptr && churns->invalidation == ChurnsPasidsSpec::Invalidation::global;
  const sim::DistributionSpec& read = at.guest.vmm.costs.table_read;
  if (!walks && read != VmmCostSpec{}.table_read) {
    at.add_unused("vmm.costs.table_read",
                  "has no effect: only churns_pasids with invalidation global reads tables");
  }
  if (!walks) return;
  const std::uint64_t entries = churns->entries * most_devices_of(at.spec, at.guest);
  if (entries == 0 || sim::mean_of(read) <= kLongestHold / static_cast<std::int64_t>(entries)) {
    return;
  }
  at.add("behaviour.entries",
         fmt::format("with vmm.costs.table_read each invalidation looks at {} entries, and holds "
                     "the lock for more than 10 s",
                     entries));
}

constexpr GuestRule kVmmRules[] = {hardware_posts_interrupts,  answers_wait_in_exits,
                                   other_work_leaves_time,     pasids_are_bound_behind_vtd,
                                   cpus_meet_the_second_stage, global_invalidations_read_tables};

}  // namespace

std::vector<SpecProblem> guest_vmm_problems(const SystemSpec& spec, const Plan& plan) {
  return problems_in_guests(spec, plan, kVmmRules);
}

}  // namespace faultpath::models
