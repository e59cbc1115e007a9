// What a strategy keeps for each I/O page table that it serves.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "models/memory/io_page_table.hpp"

namespace faultpath::models {

/// One T for each table that has been added, found by the table's tag.
template <class T>
class PerTable {
 public:
  template <class... Arguments>
  T& add(const IoPageTable& table, Arguments&&... arguments) {
    if (by_tag_.size() <= table.tag()) by_tag_.resize(table.tag() + 1);
    by_tag_[table.tag()] = std::make_unique<T>(std::forward<Arguments>(arguments)...);
    return *by_tag_[table.tag()];
  }
  /// Requires that the table has been added.
  T& of(const IoPageTable& table) { return *by_tag_[table.tag()]; }

 private:
  std::vector<std::unique_ptr<T>> by_tag_;  // null: not added
};

}  // namespace faultpath::models
