// What each takes, and the tokens that bound them.
#include "models/guest/invalidation_exits.hpp"

namespace faultpath::models {

InvalidationExits::InvalidationExits(const VmmSetting& setting, VmmCosts& costs, GuestStats& stats,
                                     GuestLimitStats& limit_stats)
    : setting_(setting), costs_(costs), stats_(stats), limit_stats_(limit_stats) {
  const auto& limit = setting.spec.limits.invalidations;
  if (limit) tokens_.emplace(*limit);
}

sim::Task<> InvalidationExits::invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) {
  stats_.exits_user += counts();
  co_await setting_.virtual_cpus.spend(costs_.exit());
  co_await wait_for_token();
  const sim::SemaphoreUnit locked = co_await setting_.lock.hold();
  co_await setting_.virtual_cpus.spend(costs_.access() + costs_.invalidate());
  co_await setting_.iommu.invalidate(table, first, pages);
}

sim::Task<> InvalidationExits::look() {
  stats_.exits_user += counts();
  co_await setting_.virtual_cpus.spend(costs_.exit());
  const sim::SemaphoreUnit locked = co_await setting_.lock.hold();
  co_await setting_.virtual_cpus.spend(costs_.access());
}

sim::Task<sim::SemaphoreUnit> InvalidationExits::shadow(Worker& worker) {
  stats_.exits_user += counts();
  worker.charge(costs_.exit());
  co_await worker.pay();
  co_await wait_for_token();
  sim::SemaphoreUnit locked = co_await setting_.lock.hold();
  worker.charge(costs_.access() + costs_.shadow());
  co_await worker.pay();
  co_return locked;
}

sim::Task<> InvalidationExits::invalidate_in_exit(IoPageTable& table, IovaPage first,
                                                  std::uint64_t pages) {
  co_await setting_.virtual_cpus.spend(costs_.invalidate());
  co_await setting_.iommu.invalidate(table, first, pages);
}

// On a core of the host, which nobody takes away.
sim::Task<> InvalidationExits::invalidate_in_thread(IoPageTable& table, IovaPage first,
                                                    std::uint64_t pages) {
  const sim::WaitReason reason{"an invalidation by the VMM", setting_.path.c_str()};
  co_await setting_.simulation.delay(costs_.invalidate(), reason);
  co_await setting_.iommu.invalidate(table, first, pages);
}

sim::Task<> InvalidationExits::invalidate(IoPageTable& table, IovaPage page, Worker& worker) {
  worker.charge(costs_.invalidate());
  co_await worker.pay();
  co_await setting_.iommu.invalidate(table, page, 1);
}

// The virtual CPU does not run meanwhile, but is not another's.
sim::Task<> InvalidationExits::wait_for_token() {
  if (!tokens_) co_return;
  const sim::Time now = setting_.simulation.now();
  const sim::Time at = tokens_->reserve(now);
  limit_stats_.invalidations_delayed += at > now && counts();
  co_await setting_.simulation.delay(at - now, {"a token", setting_.path.c_str()});
}

}  // namespace faultpath::models
