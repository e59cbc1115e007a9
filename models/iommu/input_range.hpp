// Input range: the addresses that the table of a kind translates, by its specification.
#pragma once

#include <cstdint>
#include <string>

#include "models/iommu/iommu_spec.hpp"

namespace faultpath::models {

/// What the bits above those that index the table must be.
enum class UpperBits {
  zero,           ///< a plain width
  copies_of_top,  ///< canonical: copies of the highest bit that indexes
};

/// Device addresses of one address space, from 0 on.
///
/// - x86, a first stage (PASIDs, or two stages): canonical, 48 bits with 4 levels and 57 with 5
///   (VT-d 3.6, AMD's GCR3 tables).
/// - x86, one stage without PASIDs: VT-d's second stage (3.7) and AMD's host tables, 9 bits a level
///   above 12, not extended.
/// - RISC-V: Sv39, Sv48, Sv57, sign-extended (privileged architecture, 12.4 to 12.6).
/// - SMMUv3: TTB0 with T0SZ = 64 - bits, at most 52 bits: 5 levels of 4 KiB or 4 of 16 KiB
///   (FEAT_LPA2), or 3 of 64 KiB (FEAT_LVA), reach them. The upper range is TTB1's, which Linux
///   disables (CD.EPD1).
struct InputRange {
  unsigned bits = 0;  ///< that index the table
  UpperBits upper = UpperBits::zero;
  bool second_stage = false;  ///< of guest-physical addresses

  /// The highest address in it: of a canonical range that of the lower half, which is a process's.
  std::uint64_t last() const { return (1ULL << (upper == UpperBits::zero ? bits : bits - 1)) - 1; }
};

/// `pasids`: the strategy uses the page table of a process.
InputRange input_range(const IommuSpec& iommu, bool pasids, PageSize granule = {});

/// Of the second stage, which is there: guest-physical addresses, of which a device of a guest
/// without an IOMMU uses no others. 9 bits a level above 12 (VT-d 3.7, AMD, SMMUv3 without
/// concatenated tables, at most 52); RISC-V: the root of Sv39x4, Sv48x4 and Sv57x4 is four times as
/// large (privileged architecture, 18.5.1).
InputRange second_stage_range(const IommuSpec& iommu);

/// Why an address beyond last() is not translated, as the end of a sentence about it.
std::string why_beyond(const InputRange& range, IommuKind kind, std::uint64_t address);

}  // namespace faultpath::models
