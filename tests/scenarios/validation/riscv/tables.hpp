// Builds page tables in memory, as a guest and its hypervisor would.
#pragma once

#include <map>

#include "scenarios/validation/riscv/translator.hpp"

namespace faultpath::riscv {

// A page, where the guest has it, and where the host does.
inline constexpr Iova kFrom{0x12345678};
inline constexpr Gpa kGuest{0x80000000};
inline constexpr Hpa kHost{0x200000000};

/// Bits of an entry (privileged architecture, "Sv39").
inline constexpr std::uint64_t kV = 1, kR = 2, kW = 4, kX = 8, kU = 16, kG = 32, kA = 64, kD = 128;
inline constexpr std::uint64_t kAll = kV | kR | kW | kX | kU | kA | kD;

/// One device, its contexts and both stages. Tables get pages of their own; the second stage maps
/// the guest's tables by pages of 4 KiB.
class Tables {
 public:
  static constexpr StreamId kDevice{5};

  Tables(PageTableFormat first, PageTableFormat second)
      : memory(46), first_(first), second_(second) {
    directory.set_mode(RiscvDeviceDirectory::Mode::one_level);
    directory.write(kDevice, {});
    tables.second = {second, new_host_page(4), false};
    if (!first.bare()) first_root_ = new_guest_page();
    tables.first = FirstStageSpec{first, first_root_};
  }

  void map_first(Iova from, Gpa to, unsigned level = 0, std::uint64_t bits = kAll) {
    Gpa table = first_root_;
    for (unsigned at = first_.levels - 1; at > level; --at) {
      const Hpa place{host_of(table).value + first_.entry_offset(from.value, at)};
      if (memory.read(place).value == 0) write(place, new_guest_page().value, kV);
      table = Gpa{TableEntry{memory.read(place).value}.target()};
    }
    write(first_entry(table, from, level), to.value, bits);
  }

  void map_second(Gpa from, Hpa to, unsigned level = 0, std::uint64_t bits = kAll) {
    Hpa table = tables.second.root;
    for (unsigned at = second_.levels - 1; at > level; --at) {
      const Hpa place{table.value + second_.entry_offset(from.value, at)};
      if (memory.read(place).value == 0) write(place, new_host_page().value, kV);
      table = Hpa{TableEntry{memory.read(place).value}.target()};
    }
    write(Hpa{table.value + second_.entry_offset(from.value, level)}, to.value, bits);
  }

  /// Where the entry for an address of a guest's table is.
  Hpa first_entry(Gpa table, Iova from, unsigned level) const {
    return Hpa{host_of(table).value + first_.entry_offset(from.value, level)};
  }
  /// The guest's tables, in the order in which they were made; the root is the first.
  Gpa guest_table(std::uint64_t index) const { return Gpa{kGuestTables + index * kPageBytes}; }
  Hpa host_of(Gpa page) const { return second_.bare() ? Hpa{page.value} : host_pages_.at(page); }

  /// A page of the guest with a page of the host behind it.
  Gpa new_guest_page() {
    const Gpa page = guest_table(host_pages_.size());
    const Hpa host = new_host_page();
    host_pages_[page] = second_.bare() ? Hpa{page.value} : host;
    if (!second_.bare()) map_second(page, host);
    return page;
  }

  void write(Hpa place, std::uint64_t target, std::uint64_t bits) {
    memory.write(place, target >> kPageBits << 10 | bits);
  }

  TranslationResult translate(const TranslationRequest& request) {
    return Translator(directory, tables, memory).translate(request);
  }

  RiscvDeviceDirectory directory{RiscvDeviceDirectory::ContextFormat::extended};
  DeviceTables tables;
  PhysicalMemory memory;

 private:
  static constexpr std::uint64_t kGuestTables = 0x40000000;

  Hpa new_host_page(std::uint64_t pages = 1) {
    const Hpa page{next_host_};
    next_host_ += pages * kPageBytes;
    return page;
  }

  PageTableFormat first_, second_;
  Gpa first_root_{};
  std::map<Gpa, Hpa> host_pages_;
  std::uint64_t next_host_ = 0x100000;
};

inline TranslationRequest read_of(Iova address) {
  return {.device = Tables::kDevice, .address = address, .type = TranslationRequest::Type::read};
}
inline TranslationRequest write_of(Iova address) {
  return {.device = Tables::kDevice, .address = address, .type = TranslationRequest::Type::write};
}
/// An ATS request that wants to write (NW = 0).
inline TranslationRequest ats_of(Iova address) {
  return {.device = Tables::kDevice, .address = address, .type = TranslationRequest::Type::ats};
}

inline unsigned cause_of(const TranslationResult& result) {
  return result.fault ? static_cast<unsigned>(result.fault->cause) : 0;
}

}  // namespace faultpath::riscv
