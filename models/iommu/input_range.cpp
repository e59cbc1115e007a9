// Widths of input addresses, kind by kind.
#include "models/iommu/input_range.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/base/address.hpp"

namespace faultpath::models {
namespace {

constexpr unsigned kIndexBits = 9;  // of tables of 4 KiB
constexpr unsigned kMostOfArm = 52;
constexpr unsigned kBitsOfFourRoots = 2;

bool is_arm(IommuKind kind) { return kind == IommuKind::smmu_pri || kind == IommuKind::smmu_stall; }

// The bits from the top one that indexes up to bit 63 are alike, but not zero.
bool in_upper_half(const InputRange& range, std::uint64_t address) {
  return static_cast<std::int64_t>(address) >> (range.bits - 1) == -1;
}

}  // namespace

InputRange input_range(const IommuSpec& iommu, bool pasids, PageSize granule) {
  const unsigned bits = granule.bits() + granule.table_bits() * iommu.levels.stage1;
  if (is_arm(iommu.kind)) return {std::min(bits, kMostOfArm), UpperBits::zero};
  const bool first_stage = iommu.kind == IommuKind::riscv || pasids || iommu.levels.stage2 > 0;
  return {bits, first_stage ? UpperBits::copies_of_top : UpperBits::zero};
}

InputRange second_stage_range(const IommuSpec& iommu) {
  const unsigned bits = kPageBits + kIndexBits * iommu.levels.stage2;
  const unsigned wider = iommu.kind == IommuKind::riscv ? kBitsOfFourRoots : 0;
  return {is_arm(iommu.kind) ? std::min(bits, kMostOfArm) : bits + wider, UpperBits::zero, true};
}

std::string why_beyond(const InputRange& range, IommuKind kind, std::uint64_t address) {
  if (range.upper == UpperBits::zero) {
    std::string why = fmt::format("is beyond the {} bits that the table translates", range.bits);
    if (is_arm(kind) && !range.second_stage)
      why += " (TTB0; Linux disables TTB1, that of the upper range)";
    return why;
  }
  if (in_upper_half(range, address)) {
    return "is in the upper half, the kernel's, where neither a process nor an I/O address space "
           "of Linux has memory";
  }
  return fmt::format("is not canonical: bits 63 to {} differ", range.bits - 1);
}

}  // namespace faultpath::models
