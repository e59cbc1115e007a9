// Writing page tables and process contexts into memory.
#include "scenarios/validation/walk_setup.hpp"

#include <array>
#include <string>

namespace faultpath::scenarios {
namespace {

using models::Gpa;
using models::Hpa;
using models::RiscvDeviceContext;
using models::RiscvDeviceDirectory;
using riscv::MemoryStatus;
using riscv::PageTableFormat;
using riscv::PhysicalMemory;

// Capabilities of the reference: physical addresses of 46 bits, contexts with MSI fields.
constexpr unsigned kAddressBits = 46;
constexpr auto kContextFormat = RiscvDeviceDirectory::ContextFormat::extended;
constexpr RiscvDeviceContext kContext{.response_pasid = false};

/// What a mode in the manifest means for each stage, and in a process context (fsc.MODE).
struct Mode {
  std::uint64_t bits;
  PageTableFormat first, second;
  std::uint64_t encoding;
};
constexpr std::array<Mode, 4> kModes{{{0, riscv::kBare, riscv::kBare, 0},
                                      {39, riscv::kSv39, riscv::kSv39x4, 8},
                                      {48, riscv::kSv48, riscv::kSv48x4, 9},
                                      {57, riscv::kSv57, riscv::kSv57x4, 10}}};

const Mode* mode_of(const CsvRow& manifest, std::string_view column) {
  const auto bits = manifest.decimal(column);
  for (const Mode& mode : kModes) {
    if (mode.bits == bits) return &mode;
  }
  return nullptr;
}

RiscvDeviceDirectory directory_of(const CsvRow& manifest, models::StreamId device) {
  using Levels = RiscvDeviceDirectory::Mode;
  constexpr std::array kLevels{Levels::one_level, Levels::two_levels, Levels::three_levels};
  const auto levels = manifest.decimal("ddt_levels");
  if (levels < 1 || levels > kLevels.size()) manifest.fail("ddt_levels", "1 to 3");
  RiscvDeviceDirectory directory(kContextFormat);
  directory.set_mode(kLevels[levels - 1]);
  directory.write(device, kContext);
  return directory;
}

PhysicalMemory memory_of(const CsvTable& entries) {
  PhysicalMemory memory(kAddressBits);
  for (std::size_t i = 0; i < entries.rows(); ++i) {
    const CsvRow row = entries.row(i);
    memory.write(Hpa{row.hex("entry_spa")}, row.hex("raw"));
  }
  return memory;
}

// The host address of a guest page, whatever its permissions. `memory` is a copy, because a walk
// sets accessed bits.
std::optional<Hpa> find_page(Gpa page, riscv::SecondStageSpec spec, PhysicalMemory memory) {
  spec.hardware_updates = true;
  riscv::WalkTrace trace;
  riscv::TableReader reader(memory, trace);
  riscv::SecondStage second(spec, reader);
  const auto found = second.translate(page, {}, riscv::WalkFault::Purpose::implicit_read);
  const auto* const leaf = std::get_if<riscv::Leaf>(&found);
  return leaf ? std::optional(Hpa{leaf->address}) : std::nullopt;
}

// One process with a good context, after it one with a reserved bit set; all others are invalid.
void write_processes(const CsvRow& manifest, const Mode& first_mode, Hpa directory,
                     PhysicalMemory& memory) {
  constexpr std::uint64_t kContextBytes = 16;
  constexpr std::uint64_t kProcesses = 256;
  constexpr std::uint64_t kReservedBit = 1ULL << 40;
  const std::uint64_t attributes =
      1 | std::uint64_t{manifest.flag("ens")} << 1 | std::uint64_t{manifest.flag("sum")} << 2;
  const std::uint64_t table = first_mode.encoding << 60 | manifest.hex("s1_root_gpa") >> 12;
  const auto write = [&](std::uint64_t pasid, std::uint64_t first_word) {
    const std::uint64_t place = directory.value + pasid % kProcesses * kContextBytes;
    memory.write(Hpa{place}, first_word);
    memory.write(Hpa{place + 8}, table);
  };
  const auto pasid = manifest.decimal("pasid");
  write(pasid, attributes);
  write(pasid + 1, attributes | kReservedBit);
}

}  // namespace

std::optional<WalkSetup> build_walk(const CsvRow& manifest, const CsvTable& entries) {
  const Mode* const first = mode_of(manifest, "s1_mode");
  const Mode* const second = mode_of(manifest, "s2_mode");
  if (!first || !second) return std::nullopt;
  const models::StreamId device{static_cast<std::uint32_t>(manifest.decimal("did"))};
  WalkSetup setup{directory_of(manifest, device), device, {}, memory_of(entries)};
  setup.tables.second = {second->second, Hpa{manifest.hex("s2_root_spa")}, manifest.flag("gade")};
  setup.tables.first_stage_updates = manifest.flag("sade");
  if (!manifest.flag("pdt")) {
    setup.tables.first = riscv::FirstStageSpec{first->first, Gpa{manifest.hex("s1_root_gpa")}};
    return setup;
  }
  const riscv::ProcessDirectorySpec processes{1, Gpa{manifest.hex("pdt_root_gpa")}};
  setup.tables.first = processes;
  if (const auto page = find_page(processes.root, setup.tables.second, setup.memory)) {
    write_processes(manifest, *first, *page, setup.memory);
  }
  return setup;
}

void WalkSetup::apply_environment(const CsvRow& vector) {
  using Mode = RiscvDeviceDirectory::Mode;
  using Reads = RiscvDeviceDirectory::Reads;
  const std::string& name = vector.text("env");
  RiscvDeviceContext context = kContext;
  if (name == "normal") {
    return;
  } else if (name == "off") {
    directory.set_mode(Mode::off);
  } else if (name == "bare") {
    directory.set_mode(Mode::bare);
  } else if (name == "ddt_af") {
    directory.set_reads(Reads::fail);
  } else if (name == "ddt_dc") {
    directory.set_reads(Reads::poisoned);
  } else if (name == "inj_af") {
    memory.set_status(Hpa{vector.hex("inj_spa")}, MemoryStatus::access_fault);
  } else if (name == "inj_dc") {
    memory.set_status(Hpa{vector.hex("inj_spa")}, MemoryStatus::poisoned);
  } else if (name == "dc_invalid") {
    context.valid = false;
  } else if (name == "dc_misconf") {
    context.reserved_bits = true;
  } else if (name == "ats_off") {
    context.ats = context.page_requests = false;
  } else {
    vector.fail("env", "an environment");
  }
  directory.write(device, context);
}

}  // namespace faultpath::scenarios
