// Policies of a migration, what they need of the second stage, and what has no effect.
#include "models/assembly/rules/migration_problems.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <variant>

#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

class MigrationFinder {
 public:
  explicit MigrationFinder(const SystemSpec& spec) : spec_(spec) {}

  std::vector<SpecProblem> find() {
    for (std::size_t i = 0; i < spec_.guests.size(); ++i) {
      const GuestMachineSpec& guest = spec_.guests[i];
      if (guest.migration) check(guest, *guest.migration, fmt::format("guests[{}]", i));
    }
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }

  void check(const GuestMachineSpec& guest, const MigrationSpec& migration,
             const std::string& path) {
    if (spec_.iommu.second_stage.leaf_bits != kPageBits) {
      add("iommu.second_stage.leaf", "the memory of a guest that migrates comes in pages of 4KiB");
    }
    const bool faults = migration.policy == MigrationPolicy::fault_on_demand ||
                        migration.policy == MigrationPolicy::preinstall_rings;
    if (faults && !std::holds_alternative<IopfSpec>(guest.backing.kind)) {
      add(path + ".backing", "devices fault on pages of the source where it is iopf");
    }
    if (!faults && !traits_of(guest.backing).pins_all) {
      add(path + ".backing", "policies pin_all and snoop keep devices from faulting: use pin");
    }
    const std::string own = path + ".migration";
    if (migration.policy == MigrationPolicy::preinstall_rings && migration.rings.empty()) {
      add(own + ".rings", "preinstall_rings needs pages to be sent before the guest goes on");
    }
    if (migration.policy == MigrationPolicy::pin_all && migration.push_streams == 0) {
      add(own + ".push_streams", "with pin_all devices wait for pages that nobody would send");
    }
    const MigrationCheckSpec& costs = migration.check;
    if (costs.hit < costs.presence || costs.miss < costs.presence) {
      add(own + ".check.presence", "is a part of hit and of miss");
    }
  }

  const SystemSpec& spec_;
  std::vector<SpecProblem> problems_;
};

}  // namespace

std::vector<SpecProblem> migration_problems(const SystemSpec& spec) {
  return MigrationFinder(spec).find();
}

}  // namespace faultpath::models
