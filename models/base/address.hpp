// Addresses, page numbers and identifiers of the path as types that do not mix.
#pragma once

#include <compare>
#include <cstdint>

namespace faultpath::models {

inline constexpr unsigned kPageBits = 12;
inline constexpr std::uint64_t kPageBytes = 1ULL << kPageBits;
inline constexpr std::uint64_t kPagesPer2M = 512;
inline constexpr std::uint64_t kPagesPer1G = 512 * 512;

/// A byte address of one address space; `Space` is a tag.
template <class Space>
struct Address {
  std::uint64_t value = 0;
  constexpr auto operator<=>(const Address&) const = default;
};
/// The number of a 4 KiB page of one address space.
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
constexpr PageNumber<Space> page_of(Address<Space> address) {
  return {address.value >> kPageBits};
}
template <class Space>
constexpr Address<Space> start_of(PageNumber<Space> page) {
  return {page.value << kPageBits};
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
