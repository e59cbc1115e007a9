// Page tables as a run has them, and the walker of the runs.
#pragma once

#include <memory>
#include <optional>

#include "models/iommu/walk/nested_walker.hpp"
#include "models/iommu/walk/walker.hpp"
#include "models/memory/guest_memory.hpp"
#include "models/memory/mapped_process.hpp"

namespace faultpath::riscv {

/// One space and, with second-stage levels, its guest memory. What is told of its walks can be
/// compared with a TranslationResult.
class RunningTables {
 public:
  struct Shape {
    models::LevelsSpec levels;
    std::uint8_t first_leaf_bits = models::kPageBits;   ///< above 12: everything is mapped so
    std::uint8_t second_leaf_bits = models::kPageBits;  ///< pinned only
    bool on_demand = false;                             ///< else all of the second stage is mapped
    bool caches = false;  ///< of tables and of guest pages; nothing is taken out of the tables then
    bool marks = false;   ///< the first stage has accessed and dirty bits
  };

  RunningTables(const Shape& shape, const models::Runs& areas)
      : shape_(shape),
        spec_(spec_of(shape)),
        process_(store_, "space", 0, areas,
                 {.huge_pages = shape.first_leaf_bits > models::kPageBits,
                  .huge_page_bits = shape.first_leaf_bits}),
        guest_(areas, {shape.levels.stage1, nested() ? shape.levels.stage2 : 4},
               spec_.second_stage.leaf_bits, shape.first_leaf_bits),
        walker_(spec_) {
    process_.table.tracks_use = shape.marks;
    if (shape.first_leaf_bits > models::kPageBits) process_.table.map_everything();
    if (!nested()) return;
    process_.table.guest = &guest_;
    nested_ = std::make_unique<models::NestedWalker>(spec_);
    if (shape.on_demand) guest_.map_on_demand(store_, process_.table);
  }

  const Shape& shape() const { return shape_; }
  bool nested() const { return shape_.levels.stage2 > 0; }
  models::IoPageTable& first_stage() { return process_.table; }
  /// Of a second stage on demand: guest pages are its input pages.
  models::IoPageTable& second_stage() { return *guest_.on_demand(); }
  /// Where data and tables lie; with one stage a layout that nobody walks.
  const models::GuestMemory& guest() const { return guest_; }

  struct Walk {
    bool readable = false, writable = false;
    unsigned page_bits = 0;
    std::uint32_t reads = 0;    ///< entries of both stages
    std::uint32_t updates = 0;  ///< entries whose accessed or dirty bit the walk has set
    std::optional<unsigned> missing_stage;
    unsigned missing_level = 0;                   ///< first stage: the level whose entry is empty
    std::optional<models::GpaPage> missing_page;  ///< second stage
    bool missing_table = false;  ///< second stage: the page holds a table of the first stage
  };
  Walk walk(models::IovaPage page, bool write) {
    return nested() ? both(page, write) : one(page, write);
  }

 private:
  static models::IommuSpec spec_of(const Shape& shape) {
    models::IommuSpec spec;
    spec.levels = shape.levels;
    if (!shape.caches) spec.walk_cache.entries = 0;
    if (shape.caches) spec.second_stage.cache = spec.second_stage.walk_cache = {16, 4};
    spec.second_stage.leaf_bits = shape.second_leaf_bits;
    return spec;
  }

  Walk one(models::IovaPage page, bool write) {
    Walk walk;
    walk.reads = walker_.reads(0, page, process_.table.peek(page));
    walk.updates = process_.table.needs_marks(page, write);
    tell_entry(process_.table.walk(page, write), walk);
    if (!walk.readable) tell_first_stage(page, walk);
    return walk;
  }

  Walk both(models::IovaPage page, bool write) {
    const models::NestedWalker::Walk begun = nested_->begin(process_.table, page);
    Walk walk;
    walk.reads = begun.reads;
    walk.updates = models::updates_of_both(process_.table, page, write, begun.from);
    const models::WalkResult result = models::walk_both(process_.table, page, write, begun.from);
    tell_entry(result.entry, walk);
    using Stage = models::WalkMiss::Stage;
    if (result.miss.stage == Stage::first) tell_first_stage(page, walk);
    if (result.miss.stage != Stage::second) return walk;
    walk.missing_stage = 2;
    walk.missing_page = guest_.page_of(result.miss, page);
    walk.missing_table = result.miss.table != models::WalkMiss::kData;
    return walk;
  }

  static void tell_entry(const models::PageTableEntry& entry, Walk& walk) {
    walk.readable = entry.present;
    walk.writable = entry.present && entry.writable;
    walk.page_bits = entry.present ? models::kPageBits + entry.order : 0;
  }
  void tell_first_stage(models::IovaPage page, Walk& walk) const {
    walk.missing_stage = 1;
    walk.missing_level = std::min(process_.table.peek(page).lowest_level, shape_.levels.stage1 - 1);
  }

  Shape shape_;
  models::IommuSpec spec_;
  models::PageStore store_;
  models::MappedProcess process_;
  models::GuestMemory guest_;
  models::Walker walker_;
  std::unique_ptr<models::NestedWalker> nested_;
};

}  // namespace faultpath::riscv
