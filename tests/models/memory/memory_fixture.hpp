// Host memory with workers that touch pages, for the tests of faults and of reclaim.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {

// Defaults of HostSpec as constants; a page takes 1 us on the swap disk.
inline constexpr sim::Duration kMinor = sim::nanoseconds(750);
inline constexpr sim::Duration kMajor = sim::nanoseconds(2000);
inline constexpr sim::Duration kSpurious = sim::nanoseconds(250);
inline constexpr sim::Duration kScan = sim::nanoseconds(200);
inline constexpr sim::Duration kIo = sim::nanoseconds(80'000 + 1000);

class MemoryFixture : public testing::Test {
 protected:
  struct Touch {
    std::uint64_t page;
    Residency residency;
    sim::Time at;
  };

  /// `frames` frames, of which shares are the watermarks: 10, 20 and 40 of 100.
  void make(std::uint64_t frames, unsigned cores = 4,
            const std::function<void(HostSpec&)>& change = {}) {
    RigSpec spec;
    spec.host.memory = frames * kPageBytes;
    spec.host.cores = cores;
    spec.host.reclaim.min = 0.1;
    spec.host.reclaim.low = 0.2;
    spec.host.reclaim.high = 0.4;
    spec.host.swap.bandwidth = 4.096e9;
    if (change) change(spec.host);
    rig = std::make_unique<HostRig>(spec);
  }
  Memory& memory() { return rig->memory; }
  /// With a table from which reclaim takes pages.
  IoPageTable& add_space(std::uint64_t pages, const BackingSpec& backing = {}) {
    IoPageTable& table = rig->add_space(pages, backing);
    notifiers.emplace_back(table, rig->mapping, rig->iommu, rig->spec.host.map_cost);
    return table;
  }
  /// Another table over the memory of the same process, with a domain and an endpoint of its own.
  IoPageTable& add_table(IoPageTable& beside) {
    const auto tag = static_cast<std::uint32_t>(1000 + tables.size());
    IoPageTable& table = tables.emplace_back(rig->store, beside.process(), tag);
    rig->add_endpoint(table);
    notifiers.emplace_back(table, rig->mapping, rig->iommu, rig->spec.host.map_cost);
    return table;
  }
  PageState& state(std::uint64_t page) { return space->process().page({page}); }
  const Frame& frame(std::uint64_t page) { return space->process().frame({page}); }

  /// A worker makes the pages resident, one after the other; each is mapped if `mapped`.
  sim::Process touch(std::uint64_t first, std::uint64_t count, bool mapped) {
    Worker worker(rig->cores, sim::Priority::normal, toucher);
    co_await worker.enter();
    for (std::uint64_t page = first; page < first + count; ++page) {
      const Residency residency = co_await memory().make_resident(space->process(), {page}, worker);
      if (mapped && is_there(residency) && !space->is_mapped({page})) {
        rig->mapping.map(*space, {page});
      }
      co_await worker.pay();
      touched.push_back({page, residency, rig->simulation.now()});
    }
  }
  /// `table` gives a page up that it has pinned.
  sim::Process release(IoPageTable& table, std::uint64_t page) {
    Worker worker(rig->cores);
    co_await worker.enter();
    co_await memory().begin_release(table.process(), {page}, worker);
    rig->mapping.unpin(table, {page});
    memory().end_release(table.process(), {page});
  }
  void touch_at(sim::Time when, std::uint64_t first, std::uint64_t count = 1, bool mapped = false) {
    rig->at(when, [=, this] { rig->simulation.start(touch(first, count, mapped), "toucher"); });
  }
  std::uint64_t resident() {
    return static_cast<std::uint64_t>(memory().stats().resident_bytes.value()) / kPageBytes;
  }
  std::uint64_t count(Residency residency) const {
    std::uint64_t sum = 0;
    for (const Touch& each : touched) sum += each.residency == residency;
    return sum;
  }

  std::unique_ptr<HostRig> rig;
  std::deque<IoPageTable> tables;  // beside the first of a process
  std::deque<TableNotifier> notifiers;
  IoPageTable* space = nullptr;
  std::vector<Touch> touched;
  ThreadKind toucher = ThreadKind::kernel;
};

}  // namespace faultpath::models
