// Reading sparse memory.
#include "scenarios/validation/riscv/physical_memory.hpp"

namespace faultpath::riscv {

MemoryWord PhysicalMemory::read(Hpa address) const {
  if (!reaches(address)) return {MemoryStatus::access_fault, 0};
  if (const auto status = statuses_.find(address.value);
      status != statuses_.end() && status->second != MemoryStatus::good) {
    return {status->second, 0};
  }
  const auto word = words_.find(address.value);
  return {MemoryStatus::good, word == words_.end() ? 0 : word->second};
}

}  // namespace faultpath::riscv
