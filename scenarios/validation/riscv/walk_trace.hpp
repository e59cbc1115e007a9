// What a walk did to memory: its reads in order, and its writes.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "scenarios/validation/riscv/names.hpp"
#include "sim/ensure.hpp"

namespace faultpath::riscv {

/// A kind of read; the value is its letter in a trace.
enum class WalkRead : char {
  device_directory = 'D',
  process_directory = 'P',
  first_stage = '1',
  second_stage = '2',
  first_stage_update = 'a',   ///< atomic re-read before the accessed or dirty bit is set
  second_stage_update = 'b',  ///< the same in the second stage
};

class WalkTrace {
 public:
  struct Write {
    Hpa address;
    std::uint64_t value = 0;
  };

  void add(WalkRead kind) {
    ENSURE(length_ < letters_.size(), "a walk of five by five levels fits");
    letters_[length_++] = static_cast<char>(kind);
  }
  void add(const Write& write) { writes_.push_back(write); }

  std::string_view letters() const { return {letters_.data(), length_}; }
  std::uint32_t count(WalkRead kind) const {
    return static_cast<std::uint32_t>(std::ranges::count(letters(), static_cast<char>(kind)));
  }
  const std::vector<Write>& writes() const { return writes_; }

 private:
  // Five levels of the second stage and the update of its leaf, before each of three process levels
  // and five table levels and after the update of the last; three levels of the device directory.
  static constexpr std::size_t kSecondStage = 5 + 1;
  static constexpr std::size_t kLongest = 3 + (3 + 5) * (kSecondStage + 1) + 1 + kSecondStage;

  std::array<char, kLongest> letters_{};
  std::size_t length_ = 0;
  std::vector<Write> writes_;
};

}  // namespace faultpath::riscv
