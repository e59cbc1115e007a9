// Walking the process directory.
#include "scenarios/validation/riscv/process_directory.hpp"

#include <array>
#include <optional>

namespace faultpath::riscv {
namespace {

// RISC-V IOMMU 3.2: 256 contexts of 16 bytes in a page, 512 pointers above them, 8 at the root.
constexpr std::array<unsigned, 4> kFirstBit{0, 8, 17, 20};
constexpr std::uint64_t kContextBytes = 16;
constexpr std::uint64_t kPointerBytes = 8;
constexpr std::uint64_t kPpnMask = (1ULL << 44) - 1;

std::uint64_t offset_of(Pasid pasid, unsigned level) {
  const unsigned bits = kFirstBit[level + 1] - kFirstBit[level];
  const std::uint64_t index = pasid.value >> kFirstBit[level] & ((1U << bits) - 1);
  return index * (level == 0 ? kContextBytes : kPointerBytes);
}

ProcessFault as_process_fault(const WalkFault& fault) {
  switch (fault.kind) {
    case WalkFault::Kind::access_fault:
      return FaultCause::process_directory_access_fault;
    case WalkFault::Kind::corrupted:
      return FaultCause::process_directory_corrupted;
    case WalkFault::Kind::page_fault:
    case WalkFault::Kind::guest_page_fault:
      break;
  }
  return fault;
}

// Bits that must be zero: all but V and PPN of a pointer, all but V, ENS, SUM and PSCID of ta.
constexpr std::uint64_t kPointerReserved = ~(1ULL | kPpnMask << 10);
constexpr std::uint64_t kAttributesReserved = ~(0x7ULL | ((1ULL << 20) - 1) << 12);

/// fsc.MODE (RISC-V IOMMU 3.1.3.4).
std::optional<PageTableFormat> format_of(std::uint64_t mode) {
  switch (mode) {
    case 0:
      return kBare;
    case 8:
      return kSv39;
    case 9:
      return kSv48;
    case 10:
      return kSv57;
    default:
      return std::nullopt;
  }
}

}  // namespace

bool ProcessDirectory::covers(Pasid pasid) const {
  return pasid.value >> kFirstBit[spec_.levels] == 0;
}

std::variant<ProcessContext, ProcessFault> ProcessDirectory::find(Pasid pasid) {
  Gpa table = spec_.root;
  for (unsigned level = spec_.levels - 1;; --level) {
    const auto located = locate(table);
    if (const auto* fault = std::get_if<ProcessFault>(&located)) return *fault;
    const Hpa place{std::get<Hpa>(located).value + offset_of(pasid, level)};
    if (level == 0) return read_context(place);
    const auto read = reader_.read(place, WalkRead::process_directory);
    if (const auto* fault = std::get_if<WalkFault>(&read)) return as_process_fault(*fault);
    const TableEntry entry = std::get<TableEntry>(read);
    if (!entry.valid()) return ProcessFault{FaultCause::process_entry_invalid};
    if ((entry.raw & kPointerReserved) != 0) {
      return ProcessFault{FaultCause::process_entry_misconfigured};
    }
    table = Gpa{entry.target()};
  }
}

std::variant<Hpa, ProcessFault> ProcessDirectory::locate(Gpa table) {
  const auto behind = second_.translate(table, {.read = true}, WalkFault::Purpose::implicit_read);
  if (const auto* fault = std::get_if<WalkFault>(&behind)) return as_process_fault(*fault);
  return Hpa{std::get<Leaf>(behind).address};
}

// Sixteen bytes are one read.
std::variant<ProcessContext, ProcessFault> ProcessDirectory::read_context(Hpa place) {
  const auto read = reader_.read_pair(place, WalkRead::process_directory);
  if (const auto* fault = std::get_if<WalkFault>(&read)) return as_process_fault(*fault);
  const auto [attributes, table] = std::get<TableReader::Pair>(read);
  if ((attributes & 1) == 0) return ProcessFault{FaultCause::process_entry_invalid};
  const auto format = format_of(table >> 60);
  const bool reserved = (attributes & kAttributesReserved) != 0 || (table << 4 >> 48) != 0;
  if (!format || reserved) return ProcessFault{FaultCause::process_entry_misconfigured};
  return ProcessContext{.supervisor_allowed = (attributes >> 1 & 1) != 0,
                        .supervisor_may_use_user_pages = (attributes >> 2 & 1) != 0,
                        .first_stage = {*format, Gpa{(table & kPpnMask) << kPageBits}}};
}

}  // namespace faultpath::riscv
