// The layout of guest memory.
#include "models/memory/guest_memory.hpp"

namespace faultpath::models {
namespace {

std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

}  // namespace

GuestMemory::GuestMemory(IovaPage first, std::uint64_t pages, const LevelsSpec& levels,
                         const SecondStageSpec& spec)
    : first_(first),
      origin_(first.value / kPagesPer1G * kPagesPer1G),
      second_levels_(levels.stage2),
      leaf_bits_(spec.leaf_bits) {
  const std::uint64_t leaf = 1ULL << (leaf_bits_ - kPageBits);
  const std::uint64_t last = first.value + pages - 1;
  std::uint64_t next = round_up(last + 1 - origin_, leaf);
  for (unsigned level = 0; level < levels.stage1; ++level) {
    tables_[level] = next;
    next += (last >> shift(level)) - (first.value >> shift(level)) + 1;
  }
  end_of_tables_ = next;
  end_ = round_up(end_of_tables_ + kProcessTables, leaf);
}

PageTableEntry GuestMemory::peek(GpaPage) const {
  return {true, true, true, leaf_bits_, (leaf_bits_ - kPageBits) / kTableBits};
}

}  // namespace faultpath::models
