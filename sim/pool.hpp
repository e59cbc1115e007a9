// Pool: records that are used again and again, at addresses that never change.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace faultpath::sim {

/// The record that became free last is taken next, so that few records serve few users. A record
/// keeps its value while it is free; its number is its place in the order in which records were
/// made. The first lies in the pool itself, on the cache lines of its owner.
template <class T>
class Pool {
 public:
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// A free record, with what was in it before, or a new one.
  T& take() {
    if (free_ == nullptr) add();
    Record& record = *free_;
    free_ = record.next_free;
    ++in_use_;
    return record;
  }
  /// Requires that it was taken from here, and not given back since.
  void give(T& item) {
    auto& record = static_cast<Record&>(item);
    record.next_free = free_;
    free_ = &record;
    --in_use_;
  }

  /// Records ever made; they have the numbers below.
  std::size_t size() const { return made_; }
  std::size_t in_use() const { return in_use_; }
  /// Also of one that is free.
  T& operator[](std::size_t number) { return number == 0 ? first_ : *more_[number - 1]; }
  const T& operator[](std::size_t number) const {
    return number == 0 ? first_ : *more_[number - 1];
  }
  /// `use(record)` for every record, also of those that are free and that are made meanwhile.
  template <class Use>
  void for_each(Use use) {
    for (std::size_t number = 0; number < made_; ++number) use((*this)[number]);
  }
  template <class Use>
  void for_each(Use use) const {
    for (std::size_t number = 0; number < made_; ++number) use((*this)[number]);
  }
  std::uint32_t number_of(const T& item) const { return static_cast<const Record&>(item).place; }

 private:
  struct Record;
  struct Links {  // before the value, whose first members are on their line
    Record* next_free = nullptr;
    std::uint32_t place = 0;
  };
  struct Record : Links, T {};

  void add() {
    Record& record = made_ == 0 ? first_ : *more_.emplace_back(std::make_unique<Record>());
    record.place = made_++;
    free_ = &record;
  }

  Record* free_ = nullptr;
  std::uint32_t in_use_ = 0;
  std::uint32_t made_ = 0;
  Record first_;
  std::vector<std::unique_ptr<Record>> more_;
};

}  // namespace faultpath::sim
