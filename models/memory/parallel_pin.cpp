// Reading, counting and mapping by several threads.
#include "models/memory/parallel_pin.hpp"

#include <algorithm>
#include <cmath>

#include "models/cpu/cores.hpp"

namespace faultpath::models {

sim::Task<> PinThreads::run(PinWork work, Worker& worker) {
  work_ = work;
  if (spec_.threads == 1) {
    co_await take_pieces(worker);
  } else {
    co_await worker.pay();
    worker.leave();
    running_ = spec_.threads;
    for (std::uint32_t i = 0; i < spec_.threads; ++i) simulation_.start(thread(), "pinning thread");
    if (running_ > 0) co_await ended_.wait();
    co_await worker.enter();
  }
  if (spec_.counted == 0) co_await count(worker);
  co_await worker.pay();
}

sim::Process PinThreads::thread() {
  Worker worker(processor_);
  co_await worker.enter();
  co_await take_pieces(worker);
  co_await worker.pay();
  worker.leave();
  if (--running_ == 0) ended_.set();
}

// Pages that a thread has counted and not pinned are its own.
sim::Task<> PinThreads::take_pieces(Worker& worker) {
  constexpr std::uint64_t kPiecesOfAThread = 4;
  const std::uint64_t batches = (work_.pages + spec_.batch - 1) / spec_.batch;
  const std::uint64_t pieces = kPiecesOfAThread * spec_.threads;
  const std::uint64_t piece = std::max<std::uint64_t>(1, (batches + pieces - 1) / pieces);
  std::uint64_t counted = 0;
  while (next_ < work_.pages) {
    std::uint64_t page = next_;
    const std::uint64_t end = std::min(work_.pages, page + piece * spec_.batch);
    next_ = end;
    while (page < end) {
      const std::uint64_t pages = std::min(spec_.batch, end - page);
      co_await pin(pages, worker);
      for (; spec_.counted > 0 && counted < pages; counted += spec_.counted) {
        co_await count(worker);
      }
      if (spec_.counted > 0) counted -= pages;
      worker.charge(share(work_.map, pages));
      page += pages;
    }
  }
}

sim::Task<> PinThreads::pin(std::uint64_t pages, Worker& worker) {
  const sim::RwLockHold hold = co_await lock(false, worker);
  ++stats_.read_sections;
  const sim::Duration fill = share(work_.fill, pages);
  const double more =
      spec_.slowdown * static_cast<double>(filling_) * static_cast<double>(fill.count());
  ++filling_;
  worker.charge(fill + sim::Duration{std::llround(more)});
  worker.charge(share(work_.pin, pages));
  co_await worker.pay();
  --filling_;
}

sim::Task<> PinThreads::count(Worker& worker) {
  const sim::RwLockHold hold = co_await lock(true, worker);
  ++stats_.write_sections;
  worker.charge(spec_.section);
  co_await worker.pay();
}

sim::Task<sim::RwLockHold> PinThreads::lock(bool writer, Worker& worker) {
  co_await worker.pay();
  const bool waits =
      mmap_lock_.written() || mmap_lock_.waiting() > 0 || (writer && mmap_lock_.readers() > 0);
  if (waits) worker.leave();
  auto acquire = writer ? mmap_lock_.write() : mmap_lock_.read();
  sim::RwLockHold hold = co_await acquire;
  if (!waits) co_return hold;
  co_await worker.enter();
  const auto behind = static_cast<std::int64_t>(mmap_lock_.waiting());
  worker.charge(spec_.hand_over + behind * spec_.hand_over_per_waiter);
  co_return hold;
}

sim::Duration PinThreads::share(sim::Duration of_a_batch, std::uint64_t pages) const {
  return of_a_batch * static_cast<std::int64_t>(pages) / static_cast<std::int64_t>(spec_.batch);
}

sim::Duration time_to_pin(const PinThreadsSpec& spec, const PinWork& work, std::uint32_t cores) {
  sim::SimulationSpec bare;
  bare.loop = sim::MainLoop::bare;
  sim::Simulation simulation(bare);
  Cores processor(simulation, cores, "pinning");
  sim::RwLock mmap_lock("mmap lock");
  PinThreads threads(simulation, processor, mmap_lock, spec);
  const auto caller = [&]() -> sim::Process {
    Worker worker(processor);
    co_await worker.enter();
    co_await threads.run(work, worker);
  };
  simulation.start(caller(), "pinning");
  simulation.run();
  return simulation.now() - sim::Time{};
}

}  // namespace faultpath::models
