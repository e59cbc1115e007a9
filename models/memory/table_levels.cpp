// Allocating and finding the tables of a radix tree.
#include "models/memory/table_levels.hpp"

namespace faultpath::models {

TableLevels::TableLevels(const Runs& pages, PageSize size)
    : first_{pages.first()}, table_bits_(size.table_bits()) {
  if (!pages.one()) sparse_ = std::make_unique<std::array<Runs, kLevels>>();
  for (unsigned level = 0; level < kLevels; ++level) {
    const Runs regions = pages.groups(table_bits_ * (level + 1));
    from_[level + 1] = from_[level] + regions.count();
    if (sparse_) (*sparse_)[level] = regions;
  }
}

void TableLevels::allocate(IovaPage page) {
  if (region_of(page, 0) == recent_) return;
  recent_ = region_of(page, 0);
  if (tables_.empty()) tables_.resize(from_.back());
  for (unsigned level = 0; level < kLevels; ++level) {
    const std::uint64_t table = from_[level] + table_of(page, level);
    if (tables_[table]) return;  // what is above exists too
    tables_[table] = true;
  }
}

unsigned TableLevels::lowest(IovaPage page) const {
  if (tables_.empty()) return kLevels;
  if (region_of(page, 0) == recent_) return 0;
  for (unsigned level = 0; level < kLevels; ++level) {
    if (!may_have_table(page, level)) continue;
    if (tables_[from_[level] + table_of(page, level)]) return level;
  }
  return kLevels;
}

}  // namespace faultpath::models
