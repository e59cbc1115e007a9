// The table of keys, and who reads each.
#include "models/assembly/rules/guest_key_problems.hpp"

#include <string>
#include <variant>

#include "models/assembly/guest_implications.hpp"
#include "models/assembly/rules/guest_rules.hpp"
#include "models/assembly/rules/guest_uses.hpp"

namespace faultpath::models {
namespace {

using Guest = GuestMachineSpec;

// The member of a member: member_of<&A::b, &B::c>(a) is a.b.c.
template <auto First, auto... Rest, class S>
const auto& member_of(const S& spec) {
  if constexpr (sizeof...(Rest) == 0) {
    return spec.*First;
  } else {
    return member_of<Rest...>(spec.*First);
  }
}

// Such a member is not as it is unless given.
template <auto... Path>
bool is_given(const Guest& guest) {
  static const Guest kUsual;
  return !(member_of<Path...>(guest) == member_of<Path...>(kUsual));
}
// The same of one that is absent unless given.
template <auto... Path>
bool is_there(const Guest& guest) {
  return member_of<Path...>(guest).has_value();
}
// The same of one that only this kind of virtual IOMMU has.
template <class Kind, auto Member>
bool is_given_to(const Guest& guest) {
  const auto* const kind = std::get_if<Kind>(&guest.viommu);
  return kind != nullptr && !(kind->*Member == Kind{}.*Member);
}
bool misbehaves(const Guest& guest) {
  return !std::holds_alternative<WellBehavedSpec>(guest.behaviour);
}

struct GuestKey {
  const char* key;
  GuestUse use;
  bool (*given)(const Guest&);
};

using Use = GuestUse;
using Vcpus = VirtualCpusSpec;
using Costs = VmmCostSpec;
using Limits = GuestLimitsSpec;

constexpr GuestKey kGuestKeys[] = {
    {"vcpus.idle", Use::kernel, is_given<&GuestSpec::vcpus, &Vcpus::idle>},
    {"vcpus.halt_poll.max", Use::kernel,
     is_given<&GuestSpec::vcpus, &Vcpus::halt_poll, &HaltPollSpec::max>},
    {"vcpus.halt_poll.start", Use::kernel,
     is_given<&GuestSpec::vcpus, &Vcpus::halt_poll, &HaltPollSpec::start>},
    {"vcpus.halt_poll.grow", Use::kernel,
     is_given<&GuestSpec::vcpus, &Vcpus::halt_poll, &HaltPollSpec::grow>},
    {"vcpus.halt_poll.shrink", Use::kernel,
     is_given<&GuestSpec::vcpus, &Vcpus::halt_poll, &HaltPollSpec::shrink>},
    {"vcpus.receipt.running", Use::requests,
     is_given<&GuestSpec::vcpus, &Vcpus::receipt, &ReceiptSpec::running>},
    {"vcpus.receipt.polling", Use::kernel,
     is_given<&GuestSpec::vcpus, &Vcpus::receipt, &ReceiptSpec::polling>},
    {"vcpus.receipt.halted", Use::kernel,
     is_given<&GuestSpec::vcpus, &Vcpus::receipt, &ReceiptSpec::halted>},
    {"vcpus.receipt.kick", Use::requests,
     is_given<&GuestSpec::vcpus, &Vcpus::receipt, &ReceiptSpec::kick>},
    {"vcpus.posted", Use::requests, is_given<&GuestSpec::vcpus, &Vcpus::posted>},
    {"vcpus.deep_idle", Use::kernel, is_given<&GuestSpec::vcpus, &Vcpus::deep_idle>},
    {"vcpus.steal", Use::kernel, is_given<&GuestSpec::vcpus, &Vcpus::steal>},
    {"vcpus.overcommit", Use::kernel, is_given<&GuestSpec::vcpus, &Vcpus::overcommit>},
    {"viommu.queue_entries", Use::requests,
     is_given_to<EmulatedVtdSpec, &EmulatedVtdSpec::queue_entries>},
    {"viommu.full", Use::requests, is_given_to<EmulatedVtdSpec, &EmulatedVtdSpec::full>},
    {"viommu.invalidate", Use::requests,
     is_given_to<EmulatedVtdSpec, &EmulatedVtdSpec::invalidate>},
    {"viommu.readable_registers", Use::requests,
     is_given_to<EmulatedVtdSpec, &EmulatedVtdSpec::readable_registers>},
    {"viommu.queue_entries", Use::requests,
     is_given_to<EmulatedSmmuSpec, &EmulatedSmmuSpec::queue_entries>},
    {"viommu.full", Use::requests, is_given_to<EmulatedSmmuSpec, &EmulatedSmmuSpec::full>},
    {"viommu.record", Use::requests, is_given_to<EmulatedSmmuSpec, &EmulatedSmmuSpec::record>},
    {"viommu.queue_entries", Use::requests,
     is_given_to<VirtioPrqSpec, &VirtioPrqSpec::queue_entries>},
    {"viommu.held", Use::requests, is_given_to<VirtioPrqSpec, &VirtioPrqSpec::held>},
    {"viommu.kick", Use::requests, is_given_to<VirtioPrqSpec, &VirtioPrqSpec::kick>},
    {"viommu.queue_entries", Use::requests,
     is_given_to<HardwareQueuesSpec, &HardwareQueuesSpec::queue_entries>},
    {"viommu.auto_response", Use::requests,
     is_given_to<HardwareQueuesSpec, &HardwareQueuesSpec::auto_response>},
    {"vmm.fault_thread", Use::files, is_given<&GuestSpec::vmm, &VmmSpec::fault_thread>},
    {"vmm.records", Use::files, is_given<&GuestSpec::vmm, &VmmSpec::records>},
    {"vmm.interrupt", Use::files, is_given<&GuestSpec::vmm, &VmmSpec::interrupt>},
    {"vmm.answer", Use::answers, is_given<&GuestSpec::vmm, &VmmSpec::answer>},
    {"vmm.other_work", Use::lock, is_there<&GuestSpec::vmm, &VmmSpec::other_work>},
    {"vmm.costs.enqueue", Use::files, is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::enqueue>},
    {"vmm.costs.wake_up", Use::threads,
     is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::wake_up>},
    {"vmm.costs.read", Use::files, is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::read>},
    {"vmm.costs.describe", Use::guest_tables,
     is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::describe>},
    {"vmm.costs.invalidate", Use::invalidations,
     is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::invalidate>},
    {"vmm.costs.inject", Use::files, is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::inject>},
    {"vmm.costs.irqfd", Use::files, is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::irqfd>},
    {"vmm.costs.exit", Use::exits, is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::exit>},
    {"vmm.costs.access", Use::exits, is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::access>},
    {"vmm.costs.answer", Use::files, is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::answer>},
    {"vmm.costs.respond", Use::files, is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::respond>},
    {"vmm.costs.shadow", Use::pasids, is_given<&GuestSpec::vmm, &VmmSpec::costs, &Costs::shadow>},
    {"vmm.limits.pending_groups", Use::files,
     is_given<&GuestSpec::vmm, &VmmSpec::limits, &Limits::pending_groups>},
    {"vmm.limits.timeout", Use::files,
     is_given<&GuestSpec::vmm, &VmmSpec::limits, &Limits::timeout>},
    {"vmm.limits.oversized", Use::files,
     is_given<&GuestSpec::vmm, &VmmSpec::limits, &Limits::oversized>},
    {"vmm.limits.injection", Use::files,
     is_there<&GuestSpec::vmm, &VmmSpec::limits, &Limits::injection>},
    {"vmm.limits.invalidations", Use::files,
     is_there<&GuestSpec::vmm, &VmmSpec::limits, &Limits::invalidations>},
    {"behaviour", Use::behaviour, misbehaves},
    {"era", Use::requests, is_given<&GuestSpec::era>},
    {"interrupt.wake_up", Use::requests,
     is_given<&GuestSpec::interrupt, &GuestInterruptSpec::wake_up>},
    {"interrupt.per_request", Use::requests,
     is_given<&GuestSpec::interrupt, &GuestInterruptSpec::per_request>},
    {"work_queue.max_active", Use::requests,
     is_given<&GuestSpec::work_queue, &GuestWorkQueueSpec::max_active>},
    {"work_queue.wake_up", Use::requests,
     is_given<&GuestSpec::work_queue, &GuestWorkQueueSpec::wake_up>},
    {"work_queue.nodes", Use::requests,
     is_given<&GuestSpec::work_queue, &GuestWorkQueueSpec::nodes>},
    {"submit", Use::unmapping, is_given<&GuestSpec::submit>},
    {"page_fault.minor", Use::kernel, is_given<&GuestSpec::page_fault, &PageFaultSpec::minor>},
    {"page_fault.major", Use::kernel, is_given<&GuestSpec::page_fault, &PageFaultSpec::major>},
    {"page_fault.spurious", Use::kernel,
     is_given<&GuestSpec::page_fault, &PageFaultSpec::spurious>},
    {"page_fault.hit", Use::areas, is_given<&GuestSpec::page_fault, &PageFaultSpec::hit>},
    {"page_fault.copy", Use::areas, is_given<&GuestSpec::page_fault, &PageFaultSpec::copy>},
    {"page_fault.reuse", Use::areas, is_given<&GuestSpec::page_fault, &PageFaultSpec::reuse>},
    {"page_fault.huge", Use::areas, is_given<&GuestSpec::page_fault, &PageFaultSpec::huge>},
    {"swap.size", Use::kernel, is_given<&GuestSpec::swap, &SwapSpec::size>},
    {"swap.latency", Use::kernel, is_given<&GuestSpec::swap, &SwapSpec::latency>},
    {"swap.bandwidth", Use::kernel, is_given<&GuestSpec::swap, &SwapSpec::bandwidth>},
    {"swap.queue_depth", Use::kernel, is_given<&GuestSpec::swap, &SwapSpec::queue_depth>},
    {"swap.page_cluster", Use::areas, is_given<&GuestSpec::swap, &SwapSpec::page_cluster>},
    {"swap.synchronous", Use::kernel, is_given<&GuestSpec::swap, &SwapSpec::synchronous>},
    {"map_cost.pin", Use::mapping, is_given<&GuestSpec::map_cost, &MapCostSpec::pin>},
    {"map_cost.map_4k", Use::mapping, is_given<&GuestSpec::map_cost, &MapCostSpec::map_4k>},
    {"map_cost.map_2m", Use::whole_spaces, is_given<&GuestSpec::map_cost, &MapCostSpec::map_2m>},
    {"map_cost.unmap_4k", Use::unmapping, is_given<&GuestSpec::map_cost, &MapCostSpec::unmap_4k>},
    {"map_cost.unmap_2m", Use::whole_spaces,
     is_given<&GuestSpec::map_cost, &MapCostSpec::unmap_2m>},
    {"map_cost.populate_4k", Use::whole_spaces,
     is_given<&GuestSpec::map_cost, &MapCostSpec::populate_4k>},
    {"map_cost.populate_2m", Use::whole_spaces,
     is_given<&GuestSpec::map_cost, &MapCostSpec::populate_2m>},
    {"reclaim.watermarks", Use::kernel, is_given<&GuestSpec::reclaim, &ReclaimSpec::watermarks>},
    {"reclaim.scale", Use::kernel, is_given<&GuestSpec::reclaim, &ReclaimSpec::scale>},
    {"reclaim.min", Use::kernel, is_given<&GuestSpec::reclaim, &ReclaimSpec::min>},
    {"reclaim.low", Use::kernel, is_given<&GuestSpec::reclaim, &ReclaimSpec::low>},
    {"reclaim.high", Use::kernel, is_given<&GuestSpec::reclaim, &ReclaimSpec::high>},
    {"reclaim.batch", Use::kernel, is_given<&GuestSpec::reclaim, &ReclaimSpec::batch>},
    {"reclaim.per_page", Use::kernel, is_given<&GuestSpec::reclaim, &ReclaimSpec::per_page>},
    {"reclaim.lists.kind", Use::kernel,
     is_given<&GuestSpec::reclaim, &ReclaimSpec::lists, &ListsSpec::kind>},
    {"reclaim.lists.refaults", Use::kernel,
     is_given<&GuestSpec::reclaim, &ReclaimSpec::lists, &ListsSpec::refaults>},
    {"reclaim.lists.swappiness", Use::kernel,
     is_given<&GuestSpec::reclaim, &ReclaimSpec::lists, &ListsSpec::swappiness>},
    {"reclaim.spin", Use::kernel, is_given<&GuestSpec::reclaim, &ReclaimSpec::spin>},
    {"reclaim.scan_pinned", Use::mapping, is_given<&GuestSpec::reclaim, &ReclaimSpec::scan_pinned>},
};

void given_keys_are_used(const CheckedGuest& at) {
  if (most_requests_of(at.spec, at.guest) == 0) return;  // it is there, and idle
  for (const GuestKey& each : kGuestKeys) {
    if (!each.given(at.guest)) continue;
    std::string why = why_unused(at, each.use);
    if (!why.empty()) at.add_unused(each.key, std::move(why));
  }
}

constexpr GuestRule kKeyRules[] = {given_keys_are_used};

}  // namespace

std::vector<SpecProblem> guest_key_problems(const SystemSpec& spec, const Plan& plan) {
  return problems_in_guests(spec, plan, kKeyRules);
}

std::vector<std::string_view> keys_that_guests_may_not_use() {
  std::vector<std::string_view> keys;
  for (const GuestKey& each : kGuestKeys) keys.emplace_back(each.key);
  return keys;
}

}  // namespace faultpath::models
