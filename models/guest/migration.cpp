// The course of a migration.
#include "models/guest/migration.hpp"

#include <algorithm>

#include "models/memory/guest_memory.hpp"
#include "models/memory/moved_pages.hpp"
#include "sim/distribution.hpp"

namespace faultpath::models {
namespace {

// `visit(page)` for each page of guest memory that a walk for `page` reads, and for its data.
template <class Visit>
void for_each_guest_page(const IoPageTable& table, IovaPage page, Visit visit) {
  const GuestMemory& memory = *table.guest;
  for (unsigned level = memory.first_levels(); level-- > 0;) {
    visit(GuestMemory::input_of(memory.table(page, level)));
  }
  visit(GuestMemory::input_of(memory.data(page)));
}

}  // namespace

Migration::Migration(const MigrationSetting& setting)
    : setting_(setting), remote_(setting.memory) {}

void Migration::start() {
  const char* const name = setting_.memory.path.c_str();
  closed_ = spec().at == sim::Duration::zero();
  simulation().start_service(run(), name);
  if (spec().touches == 0.0) return;
  for (std::uint32_t i = 0; i < setting_.vcpus; ++i) simulation().start_service(touch(i), name);
}

sim::Process Migration::run() {
  const char* const name = setting_.memory.path.c_str();
  if (spec().at > sim::Duration::zero()) {
    co_await simulation().daemon_delay(spec().at, {"migration", name});
  }
  const sim::Time stopped = simulation().now();
  closed_ = true;
  while (in_flight_ > 0) co_await idle_.wait();
  co_await discard();
  const Runs sent = rings();
  co_await remote_.receive(spec().state + sent.count() * kPageBytes);
  co_await simulation().delay(spec().start, {"start of a migrated guest", name});
  remote_.leave(sent);
  unfinished_ = true;
  const sim::Time started = simulation().now();
  MigrationStats& stats = remote_.stats();
  stats.downtime.record(started - stopped);
  const bool waits = spec().policy == MigrationPolicy::pin_all;
  if (!waits) {
    stats.device_downtime.record(started - stopped);
    open();
  }
  running_.set();
  remote_.push();
  co_await remote_.complete().wait();
  unfinished_ = false;
  stats.completion.record(simulation().now() - started);
  if (!waits) co_return;
  stats.device_downtime.record(simulation().now() - stopped);
  open();
}

void Migration::open() {
  closed_ = false;
  opened_.notify_all();
}

sim::Task<> Migration::discard() {
  Worker worker(setting_.memory.cores);
  co_await worker.enter();
  co_await discard_pages(setting_.memory.memory, setting_.memory.process, worker);
  co_await worker.pay();
}

// Pages that are chosen of each address space, and tables on the way to them.
Runs Migration::rings() const {
  std::vector<Runs::Run> pages;
  if (spec().policy != MigrationPolicy::preinstall_rings) return Runs(std::move(pages));
  for (const IoPageTable* table : tables_) {
    for (const Runs::Run& run : spec().rings.among(table->areas()).list()) {
      for (std::uint64_t i = 0; i < run.count; ++i) {
        for_each_guest_page(*table, {run.first + i},
                            [&](IovaPage page) { pages.push_back({page.value, 1}); });
      }
    }
  }
  return Runs(std::move(pages));
}

sim::Process Migration::touch(std::uint32_t vcpu) {
  const std::string name = setting_.memory.path + "/virtual CPU " + std::to_string(vcpu);
  sim::RandomStream gaps = simulation().stream(name, "gaps");
  sim::RandomStream pages = simulation().stream(name, "pages");
  const sim::Distribution gap(sim::ExponentialSpec{sim::transfer_time(1, spec().touches)});
  ProcessMemory& process = setting_.memory.process;
  Worker worker(setting_.virtual_cpus, sim::Priority::normal, ThreadKind::task);
  co_await running_.wait();
  while (unfinished_) {
    co_await simulation().daemon_delay(std::max(gap(gaps), sim::picoseconds(1)),
                                       {"the next touch", setting_.memory.path.c_str()});
    const IovaPage page = process.first() + pages.below(process.pages());
    if (remote_.is_here(page)) continue;
    co_await worker.enter();
    co_await process.fault_in(page, worker);
    co_await worker.pay();
    worker.leave();
  }
}

sim::Task<> Migration::before(const IoPageTable& table, PageRange pages) {
  while (closed_) co_await opened_.wait();
  ++in_flight_;
  if (unfinished_ && spec().policy == MigrationPolicy::snoop) co_await check(table, pages);
}

void Migration::after() {
  if (--in_flight_ == 0) idle_.notify_all();
}

// Of the pages of the operation, and of the tables that the IOMMU reads for them.
sim::Task<> Migration::check(const IoPageTable& table, PageRange pages) {
  const sim::SemaphoreUnit turn = co_await checker_.hold();
  Worker worker(setting_.memory.cores);
  co_await worker.enter();
  std::vector<IovaPage> missing;
  for (std::uint64_t i = 0; i < pages.pages; ++i) {
    for_each_guest_page(table, pages.first + i, [&](IovaPage page) {
      if (!remote_.is_here(page)) missing.push_back(page);
    });
  }
  MigrationStats& stats = remote_.stats();
  (missing.empty() ? stats.check_hits : stats.check_misses) += remote_.counts();
  const MigrationCheckSpec& costs = spec().check;
  worker.charge((missing.empty() ? costs.hit : costs.miss) - costs.presence);
  worker.charge(static_cast<std::int64_t>(pages.pages) * costs.presence);
  for (const IovaPage page : missing) {
    if (!remote_.is_here(page)) co_await setting_.memory.process.fault_in(page, worker);
  }
  co_await worker.pay();
}

}  // namespace faultpath::models
