// Memory that holds page tables: sparse words of eight bytes, some of which cannot be read.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "scenarios/validation/riscv/names.hpp"

namespace faultpath::riscv {

enum class MemoryStatus {
  good,
  access_fault,  ///< nothing answers there
  poisoned,      ///< the data is known to be wrong
};

struct MemoryWord {
  MemoryStatus status = MemoryStatus::good;
  std::uint64_t value = 0;  ///< only if good
};

/// Words that were never written are 0.
class PhysicalMemory {
 public:
  /// Addresses have `address_bits` bits: RISC-V IOMMU capabilities.PAS.
  explicit PhysicalMemory(unsigned address_bits) : address_bits_(address_bits) {}

  bool reaches(Hpa address) const { return address.value >> address_bits_ == 0; }
  /// Requires an address that is a multiple of 8.
  MemoryWord read(Hpa address) const;
  void write(Hpa address, std::uint64_t value) { words_[address.value] = value; }
  /// Every later read of this word has this status.
  void set_status(Hpa address, MemoryStatus status) { statuses_[address.value] = status; }

 private:
  unsigned address_bits_;
  std::unordered_map<std::uint64_t, std::uint64_t> words_;
  std::unordered_map<std::uint64_t, MemoryStatus> statuses_;  // other than good
};

}  // namespace faultpath::riscv
