// What nothing would ever meet, and what would never end.
#include "models/assembly/rules/guest_vmm_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "models/assembly/guest_implications.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

/// Of the lock, for one request of a guest.
constexpr sim::Duration kLongestHold = sim::seconds(10);

class GuestVmmFinder {
 public:
  GuestVmmFinder(const SystemSpec& spec, const Plan& plan) : spec_(spec), plan_(plan) {}

  std::vector<SpecProblem> find() {
    for (std::size_t i = 0; i < spec_.guests.size(); ++i) check(i);
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }

  void check(std::size_t index) {
    const GuestMachineSpec& guest = spec_.guests[index];
    const std::string path = fmt::format("guests[{}]", index);
    if (std::holds_alternative<HardwareQueuesSpec>(guest.viommu)) check_hardware(guest, path);
    if (guest.vmm.answer != AnswerServed::in_exit &&
        !std::holds_alternative<EmulatedVtdSpec>(guest.viommu)) {
      add(path + ".vmm.answer", "has no effect: only a guest of emulated_vtd waits for its answer");
    }
    if (guest.vmm.answer == AnswerServed::later && exits_take_no_time(guest.vmm.costs)) {
      add(path + ".vmm.answer", "needs exits that take time: the guest makes them while it waits");
    }
    if (!host_kind_of(guest.viommu)) check_silent(guest, path);
    if (guest.vmm.other_work) check_other_work(guest, path + ".vmm.other_work");
    if (guest.bind != BindPasids::before) check_binding(index, path + ".bind");
    if (guest.cpu_second_stage) check_cpu_second_stage(index, path + ".cpu_second_stage");
    check_walk(guest, path);
  }

  static bool exits_take_no_time(const VmmCostSpec& costs) {
    return sim::mean_of(costs.exit) + sim::mean_of(costs.access) == sim::Duration::zero();
  }

  // Nothing goes by the VMM, nor by the host's kernel.
  void check_hardware(const GuestMachineSpec& guest, const std::string& path) {
    const char* const bypassed = "has no effect: hardware_queues does not go by the VMM";
    if (guest.vmm.other_work) add(path + ".vmm.other_work", bypassed);
    if (guest.vmm.interrupt != InterruptBy::ioctl) add(path + ".vmm.interrupt", bypassed);
    if (!guest.vcpus.posted) {
      add(path + ".vcpus.posted", "interrupts of hardware_queues are posted by hardware");
    }
  }

  // No page request interrupt comes to the guest; without an IOMMU the VMM does nothing either.
  void check_silent(const GuestMachineSpec& guest, const std::string& path) {
    const char* const none = "has no effect: no page request interrupt comes to this guest";
    if (guest.vmm.interrupt != InterruptBy::ioctl) add(path + ".vmm.interrupt", none);
    if (!guest.vcpus.posted) add(path + ".vcpus.posted", none);
    if (guest.vmm.other_work && std::holds_alternative<NoIommuSpec>(guest.viommu)) {
      add(path + ".vmm.other_work",
          "has no effect: the VMM does nothing for devices of this guest");
    }
  }

  void check_other_work(const GuestMachineSpec& guest, const std::string& path) {
    const VmmOtherWorkSpec& work = *guest.vmm.other_work;
    const double load = work.rate * sim::to_seconds(sim::mean_of(work.hold));
    if (load >= 1.0) {
      add(path,
          fmt::format("{:g} sections a second of {:g} us each take {:.4g}% of the time of the "
                      "lock, so that waits have no end",
                      work.rate, 1e6 * sim::to_seconds(sim::mean_of(work.hold)), 100.0 * load));
    }
    if (most_requests_of(spec_, guest) == 0) {
      add(path, fmt::format("has no effect: guest '{}' has no device", guest.name));
    }
  }

  // Under VT-d a page table and a fault file for each PASID suffice. What AMD's nesting would need
  // cannot be made: its virtual IOMMU object can only be destroyed (Linux 7.1, amd/iommufd.c).
  void check_binding(std::size_t index, const std::string& path) {
    const VirtualIommuSpec& viommu = spec_.guests[index].viommu;
    if (std::holds_alternative<HardwareQueuesSpec>(viommu)) {
      add(path, "nesting on AMD cannot be set up through the interface of Linux 7.1");
    } else if (!std::holds_alternative<EmulatedVtdSpec>(viommu)) {
      add(path, "the VMM shadows tables of PASIDs for emulated_vtd alone");
    } else if (!has_pasids(index)) {
      add(path, "has no effect: no device of the guest has a PASID of it");
    }
  }

  void check_cpu_second_stage(std::size_t index, const std::string& path) {
    const GuestMachineSpec& guest = spec_.guests[index];
    if (guest.migration) return add(path, "is not modelled for guests that migrate");
    if (!has_pasids(index)) {
      return add(path, "has no effect: no fault is handled by the guest's kernel");
    }
    if (guest.cpu_second_stage->asynchronous && traits_of(guest.backing).pins_all) {
      add(path + ".asynchronous", "has no effect: all pages have frames, as they are pinned");
    }
  }

  void check_walk(const GuestMachineSpec& guest, const std::string& path) {
    const auto* const churns = std::get_if<ChurnsPasidsSpec>(&guest.behaviour);
    const bool walks =
        churns != nullptr && churns->invalidation == ChurnsPasidsSpec::Invalidation::global;
    const sim::DistributionSpec& read = guest.vmm.costs.table_read;
    if (!walks && read != VmmCostSpec{}.table_read) {
      add(path + ".vmm.costs.table_read",
          "has no effect: only churns_pasids with invalidation global reads tables");
    }
    if (walks && sim::mean_of(read) > kLongestHold / churns->entries) {
      add(path + ".behaviour.entries",
          "with vmm.costs.table_read each invalidation holds the lock for more than 10 s");
    }
  }

  // Some device uses a table of its process by PASID.
  bool has_pasids(std::size_t guest) const {
    return std::ranges::any_of(plan_.tables, [&](const Plan::Table& table) {
      return plan_.processes[table.process].guest == guest &&
             traits_of(*table.strategy).binds_pasid;
    });
  }

  const SystemSpec& spec_;
  const Plan& plan_;
  std::vector<SpecProblem> problems_;
};

}  // namespace

std::vector<SpecProblem> guest_vmm_problems(const SystemSpec& spec, const Plan& plan) {
  return GuestVmmFinder(spec, plan).find();
}

}  // namespace faultpath::models
