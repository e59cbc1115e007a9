// Finding and bringing guest pages.
#include "models/kernel/second_stage.hpp"

#include <algorithm>

namespace faultpath::models {

SecondStage::SecondStage(const NestedSetting& setting)
    : setting_(setting),
      software_walk_(setting.simulation, setting.spec.software_walk,
                     setting.host_path + "/second stage", "software walk") {}

sim::Task<bool> SecondStage::bring(const IoPageTable& space, const PageRequest& request,
                                   WalkMiss miss, Worker& worker) {
  GuestMemory& guest = *space.guest;
  const bool in_tables = miss.table != WalkMiss::kData;
  const bool write = in_tables ? space.tracks_use : request.write;
  const GpaPage page = guest.page_of(miss, request.page);
  const FaultOutcome outcome = co_await bring(guest, page, write, worker);
  served_.count(fault_of(request), outcome, 2);
  co_return outcome != FaultOutcome::fatal;
}

sim::Task<ResponseCode> SecondStage::serve(const IoPageTable& space,
                                           std::span<const PageRequest> requests, Worker& worker) {
  for (const PageRequest& request : requests) {
    const bool brought = co_await bring(space, request, request.miss, worker);
    if (!brought) co_return ResponseCode::invalid;
  }
  co_return ResponseCode::success;
}

// A page request tells only the address: without a walk of the guest's tables by software nobody
// knows whose fault it is. Each entry that it comes to lies in guest memory.
WalkMiss SecondStage::find(const IoPageTable& space, const PageRequest& request, Worker& worker) {
  if (setting_.miss_is_known) return request.miss;
  if (!space.contains(request.page)) return {WalkMiss::Stage::first};
  const GuestMemory& guest = *space.guest;
  const WalkMiss miss = guest.missing(space, request.page, guest.first_levels(), request.write);
  const bool in_tables = miss.stage == WalkMiss::Stage::second && miss.table != WalkMiss::kData;
  const unsigned root = guest.first_levels() - 1;
  const unsigned lowest =
      in_tables ? miss.table + 1 : std::min(space.peek(request.page).lowest_level, root);
  for (unsigned level = lowest; level <= root; ++level) {
    worker.charge(software_walk_());
  }
  return miss;
}

sim::Task<FaultOutcome> SecondStage::bring(GuestMemory& guest, GpaPage page, bool write,
                                           Worker& worker) {
  IoPageTable& table = *guest.on_demand();
  const IovaPage input = GuestMemory::input_of(page);
  if (setting_.spec.leaf_bits > kPageBits && table.peek(input).lowest_level > 0) {
    const FaultOutcome outcome = co_await bring_leaf(table, input, worker);
    co_return outcome;
  }
  worker.charge(setting_.host.map_cost.map_4k);
  FaultOutcome outcome = co_await map(table, input, worker);
  const bool there = outcome == FaultOutcome::spurious;
  if (write && there && table.grant_write(input)) outcome = FaultOutcome::minor;
  const bool brought = !there && outcome != FaultOutcome::fatal;
  if (setting_.spec.grant == GuestGrant::as_asked && !write && brought) table.make_read_only(input);
  co_return outcome;
}

// Nothing of these 2 MiB has been mapped yet: they become one leaf, unless reclaim is faster.
sim::Task<FaultOutcome> SecondStage::bring_leaf(IoPageTable& table, IovaPage page, Worker& worker) {
  const std::uint64_t begin = page.value / kPagesPer2M * kPagesPer2M;
  const std::uint64_t first = std::max(begin, table.first().value);
  worker.charge(setting_.host.map_cost.map_2m);
  const FaultOutcome served = co_await map(table, page, worker);
  if (served == FaultOutcome::fatal) co_return served;
  for (IovaPage each{first}; each.value < begin + kPagesPer2M; each = each + 1) {
    if (each == page) continue;
    const FaultOutcome outcome = co_await map(table, each, worker);
    if (outcome == FaultOutcome::fatal) co_return served;
  }
  for (IovaPage each{first}; each.value < begin + kPagesPer2M; each = each + 1) {
    if (!table.is_mapped(each)) co_return served;
  }
  table.merge_leaf(page);
  co_return served;
}

void SecondStage::attach(GuestMemory& guest) {
  IoPageTable& table = *guest.on_demand();
  const auto is_its = [&](const TableNotifier& notifier) { return notifier.is_of(table); };
  if (std::ranges::any_of(notifiers_, is_its)) return;
  notifiers_.emplace_back(table, setting_.mapping, setting_.caches, setting_.host.map_cost);
}

sim::Task<FaultOutcome> SecondStage::map(IoPageTable& table, IovaPage page, Worker& worker) {
  const Residency residency = co_await setting_.memory.make_resident(table.process(), page, worker);
  if (!is_there(residency)) co_return FaultOutcome::fatal;
  if (table.is_mapped(page)) co_return FaultOutcome::spurious;
  setting_.mapping.map(table, page);
  co_return outcome_of(residency);
}

}  // namespace faultpath::models
