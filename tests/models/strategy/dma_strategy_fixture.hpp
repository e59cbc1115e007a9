// Operations around which a strategy acts, without a device.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "models/strategy/dma_strategy.hpp"
#include "tests/models/host_rig.hpp"

namespace faultpath::models {

/// A table of 100 pages, attached at 0; invalidations of its endpoint take 2 us.
class DmaStrategyFixture : public testing::Test {
 protected:
  void make(const StrategySpec& strategy, std::uint64_t memory_pages = 1000,
            std::vector<PageRange> nonfaultable = {}) {
    RigSpec spec;
    spec.strategy = strategy;
    spec.host.memory = memory_pages * kPageBytes;
    spec.host.mapping = rules;
    rig = std::make_unique<HostRig>(spec);
    table = &rig->add_space(100);
    table->nonfaultable = std::move(nonfaultable);
    rig->endpoints.back().invalidation = sim::microseconds(2);
    rig->simulation.start(attach(), "attach");
  }
  /// An operation from `when` on that uses its pages for `time`.
  void use_at(sim::Time when, PageRange pages, sim::Duration time = {}) {
    rig->at(when, [=, this] { rig->simulation.start(use(pages, time), "operation"); });
  }
  void expect_mapped_at(sim::Time when, std::uint64_t pages) {
    rig->at(when, [=, this] { EXPECT_EQ(table->mapped_pages(), pages); });
  }
  void expect_pinned_at(sim::Time when, std::uint64_t pages) {
    rig->at(when, [=, this] { EXPECT_EQ(pinned(), pages); });
  }
  std::uint64_t pinned() const {
    return static_cast<std::uint64_t>(mapped().locked_bytes.value()) / kPageBytes;
  }
  const StrategyStats& stats() const { return rig->strategy->stats(); }
  const IoMappingStats& mapped() const { return rig->mapping.stats(); }
  std::uint64_t invalidations() const { return rig->iommu.stats().iotlb_invalidations; }
  const MapCostSpec& costs() const { return rig->spec.host.map_cost; }
  sim::Duration minor() const { return sim::mean_of(rig->spec.host.page_fault.minor); }

  MappingSpec rules;  // to be set before make()
  std::unique_ptr<HostRig> rig;
  IoPageTable* table = nullptr;
  std::vector<sim::Duration> before, after;  // of operations, in the order of their ends
  std::uint64_t refused = 0;

 private:
  sim::Process attach() {
    Worker worker(rig->cores);
    co_await worker.enter();
    co_await rig->strategy->attach(*table, worker);
    co_await worker.pay();
  }
  sim::Process use(PageRange pages, sim::Duration time) {
    DmaStrategy& strategy = *rig->strategy->around_dma();
    const sim::Time begun = rig->simulation.now();
    const bool granted = co_await strategy.before(*table, pages);
    before.push_back(rig->simulation.now() - begun);
    if (!granted) {
      ++refused;
      co_return;
    }
    for (std::uint64_t i = 0; i < pages.pages; ++i) {
      EXPECT_TRUE(table->is_mapped(pages.first + i));
      EXPECT_TRUE(table->entry(pages.first + i).has(kPinnedByTable));
    }
    co_await rig->simulation.delay(time);
    const sim::Time ended = rig->simulation.now();
    co_await strategy.after(*table, pages);
    after.push_back(rig->simulation.now() - ended);
  }
};

}  // namespace faultpath::models
