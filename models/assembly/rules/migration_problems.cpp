// Policies of a migration, what they need of the second stage, and what has no effect.
#include "models/assembly/rules/migration_problems.hpp"

#include <variant>

#include "models/assembly/rules/guest_rules.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

// Pages on which devices fault, or wait, come one by one from the source.
void migrating_memory_comes_in_pages(const CheckedGuest& at) {
  if (!at.guest.migration || at.spec.iommu.second_stage.leaf_bits == kPageBits) return;
  at.add_at("iommu.second_stage.leaf",
            "the memory of a guest that migrates comes in pages of 4KiB");
}

void policies_fit_the_backing(const CheckedGuest& at) {
  if (!at.guest.migration) return;
  const MigrationPolicy policy = at.guest.migration->policy;
  const bool faults =
      policy == MigrationPolicy::fault_on_demand || policy == MigrationPolicy::preinstall_rings;
  if (faults && !std::holds_alternative<IopfSpec>(at.guest.backing.kind)) {
    at.add("backing", "devices fault on pages of the source where it is iopf");
  }
  if (!faults && !traits_of(at.guest.backing).pins_all) {
    at.add("backing", "policies pin_all and snoop keep devices from faulting: use pin");
  }
}

// On arrival devices fault on every page, whatever had been mapped for them before.
void migrating_guests_begin_without_pages(const CheckedGuest& at) {
  if (!at.guest.migration || traits_of(at.guest.backing).prefault.empty()) return;
  at.add_unused(
      "backing.prefault",
      "has no effect: a guest that migrates comes without its pages; migration.rings are sent "
      "before it goes on");
}

void policies_have_what_they_need(const CheckedGuest& at) {
  if (!at.guest.migration) return;
  const MigrationSpec& migration = *at.guest.migration;
  if (migration.policy == MigrationPolicy::preinstall_rings && migration.rings.empty()) {
    at.add("migration.rings", "preinstall_rings needs pages to be sent before the guest goes on");
  }
  if (migration.policy == MigrationPolicy::pin_all && migration.push_streams == 0) {
    at.add("migration.push_streams", "with pin_all devices wait for pages that nobody would send");
  }
  const MigrationCheckSpec& costs = migration.check;
  if (costs.hit < costs.presence || costs.miss < costs.presence) {
    at.add("migration.check.presence", "is a part of hit and of miss");
  }
}

constexpr GuestRule kMigrationRules[] = {migrating_memory_comes_in_pages, policies_fit_the_backing,
                                         migrating_guests_begin_without_pages,
                                         policies_have_what_they_need};

}  // namespace

std::vector<SpecProblem> migration_problems(const SystemSpec& spec, const Plan& plan) {
  return problems_in_guests(spec, plan, kMigrationRules);
}

}  // namespace faultpath::models
