// The tables of a run, entry by entry in memory, for the reference walker.
#pragma once

#include <map>
#include <optional>

#include "scenarios/validation/riscv/translator.hpp"
#include "tests/scenarios/validation/riscv/running_tables.hpp"
#include "tests/scenarios/validation/riscv/tables.hpp"

namespace faultpath::riscv {

/// Writes what it is told to mirror. A guest page g lies at the host address kHost + g; with one
/// stage the tables lie at the guest's addresses themselves.
class MirroredTables {
 public:
  explicit MirroredTables(RunningTables& running)
      : running_(running),
        first_(format(running.shape().levels.stage1, false)),
        second_(format(running.shape().levels.stage2, true)),
        memory_(46) {
    directory_.set_mode(RiscvDeviceDirectory::Mode::one_level);
    directory_.write(Tables::kDevice, {});
    tables_.second = {second_, new_page(4), true};
    tables_.first =
        FirstStageSpec{first_, address_of(guest().table(any_page(), first_.levels - 1))};
    tables_.first_stage_updates = running.shape().marks;
  }

  /// The entry of `page` in the first stage, which the running tables have.
  void map_first(models::IovaPage page) {
    const unsigned leaf = level_of(running_.shape().first_leaf_bits);
    for (unsigned level = first_.levels - 1; level > leaf; --level) {
      write(first_entry(page, level), address_of(guest().table(page, level - 1)).value, kV);
    }
    const std::uint64_t data = address_of(guest().data(page)).value;
    const std::uint64_t inside = (1ULL << PageTableFormat::page_bits(leaf)) - 1;
    write(first_entry(page, leaf), data & ~inside, bits_of(running_.first_stage(), page));
  }
  void unmap_first(models::IovaPage page) { put(first_entry(page, 0), 0); }

  /// The entry of a guest page in a second stage on demand.
  void map_second(models::GpaPage page) {
    map_second(page, 0, bits_of(running_.second_stage(), models::GuestMemory::input_of(page)));
  }
  void unmap_second(models::GpaPage page) { put(second_entry(page, 0), 0); }
  void make_read_only(models::GpaPage page) {
    const Hpa place = second_entry(page, 0);
    put(place, memory_.read(place).value & ~kW);
  }
  /// What of a second stage that is pinned the way to `page` needs.
  void map_pinned(models::IovaPage page) {
    const unsigned level = level_of(running_.shape().second_leaf_bits);
    map_second(guest().data(page), level, kAll);
    for (unsigned table = 0; table < first_.levels; ++table) {
      map_second(guest().table(page, table), level, kAll);
    }
  }

  /// An ATS request. Only a translation leaves its marks: the running walker marks nothing on the
  /// way to a fault.
  TranslationResult translate(models::IovaPage page, bool write) {
    TranslationRequest request = ats_of(models::start_of(page));
    request.no_write = !write;
    TranslationResult result = Translator(directory_, tables_, memory_).translate(request);
    const bool keep = result.outcome == TranslationResult::Outcome::translated;
    for (const WalkTrace::Write& mark : result.trace.writes()) {
      keep ? put(mark.address, mark.value) : restore(mark.address);
    }
    return result;
  }
  /// The fault of an untranslated write, which leaves no marks.
  std::optional<TranslationFault> fault_of_write(models::IovaPage page) {
    const TranslationRequest request = write_of(models::start_of(page));
    const TranslationResult result = Translator(directory_, tables_, memory_).translate(request);
    for (const WalkTrace::Write& mark : result.trace.writes()) restore(mark.address);
    return result.fault;
  }
  /// Where the data of a page lie.
  Hpa host_of(models::IovaPage page) const { return host_of(address_of(guest().data(page))); }

 private:
  static constexpr std::uint64_t kHost = 1ULL << 44;

  static PageTableFormat format(std::uint32_t levels, bool second) {
    if (levels == 0) return kBare;
    return {levels, second ? 2U : 0U};
  }
  static unsigned level_of(unsigned leaf_bits) {
    return (leaf_bits - kPageBits) / PageTableFormat::kIndexBits;
  }
  const models::GuestMemory& guest() const { return running_.guest(); }
  models::IovaPage any_page() const { return running_.first_stage().first(); }
  static Gpa address_of(models::GpaPage page) { return Gpa{page.value * kPageBytes}; }
  Hpa host_of(Gpa address) const {
    return Hpa{second_.bare() ? address.value : kHost + address.value};
  }
  Hpa new_page(std::uint64_t pages = 1) {
    const Hpa page{next_page_};
    next_page_ += pages * kPageBytes;
    return page;
  }
  void put(Hpa place, std::uint64_t raw) {
    words_[place] = raw;
    memory_.write(place, raw);
  }
  void restore(Hpa place) { memory_.write(place, words_.at(place)); }
  void write(Hpa place, std::uint64_t target, std::uint64_t bits) {
    put(place, target >> kPageBits << 10 | bits);
  }
  // Marks that the frame has from before stay with it.
  static std::uint64_t bits_of(const models::IoPageTable& table, models::IovaPage page) {
    const models::PageTableEntry entry = table.peek(page);
    std::uint64_t bits = kV | kR | kX | kU | (entry.writable ? kW : 0);
    if (!table.tracks_use || table.needs_marks(page, false) == 0) bits |= kA;
    if (!table.tracks_use || entry.dirty) bits |= kD;
    return bits;
  }
  Hpa first_entry(models::IovaPage page, unsigned level) const {
    const Gpa table = address_of(guest().table(page, level));
    return Hpa{host_of(table).value + first_.entry_offset(page.value * kPageBytes, level)};
  }
  Hpa second_entry(models::GpaPage page, unsigned leaf) {
    const std::uint64_t address = page.value * kPageBytes;
    Hpa table = tables_.second.root;
    for (unsigned level = second_.levels - 1; level > leaf; --level) {
      const Hpa place{table.value + second_.entry_offset(address, level)};
      if (memory_.read(place).value == 0) write(place, new_page().value, kV);
      table = Hpa{TableEntry{memory_.read(place).value}.target()};
    }
    return Hpa{table.value + second_.entry_offset(address, leaf)};
  }
  void map_second(models::GpaPage page, unsigned level, std::uint64_t bits) {
    const std::uint64_t inside = (1ULL << PageTableFormat::page_bits(level)) - 1;
    write(second_entry(page, level), host_of(address_of(page)).value & ~inside, bits);
  }

  RunningTables& running_;
  PageTableFormat first_, second_;
  PhysicalMemory memory_;
  std::map<Hpa, std::uint64_t> words_;  // as they are between walks
  RiscvDeviceDirectory directory_{RiscvDeviceDirectory::ContextFormat::extended};
  DeviceTables tables_;
  std::uint64_t next_page_ = 0x100000;
};

}  // namespace faultpath::riscv
