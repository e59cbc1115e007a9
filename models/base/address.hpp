// Addresses, page numbers and identifiers of the path as types that do not mix.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>

namespace faultpath::models {

// Of 4 KiB, unless a kernel has another size of pages (PageSize).
inline constexpr unsigned kPageBits = 12;
inline constexpr std::uint64_t kPageBytes = 1ULL << kPageBits;
inline constexpr std::uint64_t kPagesPer2M = 512;
inline constexpr std::uint64_t kPagesPer1G = 512 * 512;

/// Base page of a kernel (PAGE_SIZE), which is the granule of its page tables, too: a table takes a
/// page, and an entry 8 bytes (VT-d, RISC-V; Arm ARM D8.2, translation granule).
class PageSize {
 public:
  constexpr PageSize() = default;
  /// A power of two.
  static constexpr PageSize of_bytes(std::uint64_t bytes) {
    return PageSize(static_cast<unsigned>(std::countr_zero(bytes)));
  }

  constexpr unsigned bits() const { return bits_; }
  constexpr std::uint64_t bytes() const { return 1ULL << bits_; }
  /// Whole pages in so many bytes, and pages that hold them.
  constexpr std::uint64_t pages_in(std::uint64_t size) const { return size >> bits_; }
  constexpr std::uint64_t pages_for(std::uint64_t size) const {
    return pages_in(size + (bytes() - 1));
  }
  constexpr std::uint64_t bytes_of(std::uint64_t pages) const { return pages << bits_; }
  /// Of an address that one level of tables translates, and the entries of a table.
  constexpr unsigned table_bits() const { return bits_ - 3; }
  constexpr std::uint64_t table_entries() const { return 1ULL << table_bits(); }

  constexpr bool operator==(const PageSize&) const = default;

 private:
  explicit constexpr PageSize(unsigned bits) : bits_(bits) {}

  unsigned bits_ = kPageBits;
};

/// A byte address of one address space; `Space` is a tag.
template <class Space>
struct Address {
  std::uint64_t value = 0;
  constexpr auto operator<=>(const Address&) const = default;
};
/// The number of a page of one address space: its address over the PageSize of the run.
template <class Space>
struct PageNumber {
  std::uint64_t value = 0;
  constexpr auto operator<=>(const PageNumber&) const = default;
  constexpr PageNumber operator+(std::uint64_t pages) const { return {value + pages}; }
};

struct IovaSpace;
struct GvaSpace;
struct GpaSpace;
struct HpaSpace;
using Iova = Address<IovaSpace>;  ///< what a device emits
using Gva = Address<GvaSpace>;    ///< guest-virtual
using Gpa = Address<GpaSpace>;    ///< guest-physical
using Hpa = Address<HpaSpace>;    ///< host-physical
using IovaPage = PageNumber<IovaSpace>;
using GvaPage = PageNumber<GvaSpace>;
using GpaPage = PageNumber<GpaSpace>;
using HpaPage = PageNumber<HpaSpace>;

template <class Space>
constexpr PageNumber<Space> page_of(Address<Space> address, PageSize size = {}) {
  return {address.value >> size.bits()};
}
template <class Space>
constexpr Address<Space> start_of(PageNumber<Space> page, PageSize size = {}) {
  return {page.value << size.bits()};
}

/// Pages that lie together.
struct PageRange {
  IovaPage first;
  std::uint64_t pages = 0;

  bool contains(IovaPage page) const { return page.value - first.value < pages; }
};

/// Requester ID of a function (PCIe) or StreamID (Arm).
struct StreamId {
  std::uint32_t value = 0;
  constexpr auto operator<=>(const StreamId&) const = default;
};
/// Process address space identifier, 20 bits (PCIe 6.20).
struct Pasid {
  std::uint32_t value = 0;
  constexpr auto operator<=>(const Pasid&) const = default;
};
/// That of a context of a device that uses PASIDs; contexts are numbered from 0, and PASID 0 is not
/// used.
constexpr Pasid pasid_of_context(std::uint32_t context) { return Pasid{context + 1}; }
constexpr std::uint32_t context_of_pasid(Pasid pasid) { return pasid.value - 1; }
/// Page request group index, 9 bits (PCIe 10.4.1).
struct PrgIndex {
  std::uint16_t value = 0;
  constexpr auto operator<=>(const PrgIndex&) const = default;
};
inline constexpr std::uint32_t kPrgIndices = 512;

}  // namespace faultpath::models
