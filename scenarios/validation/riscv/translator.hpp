// Translates transactions of one device as a RISC-V IOMMU without caches does.
#pragma once

#include <optional>
#include <variant>

#include "scenarios/validation/riscv/first_stage.hpp"
#include "scenarios/validation/riscv/names.hpp"
#include "scenarios/validation/riscv/physical_memory.hpp"
#include "scenarios/validation/riscv/process_directory.hpp"
#include "scenarios/validation/riscv/second_stage.hpp"
#include "scenarios/validation/riscv/translation.hpp"

namespace faultpath::riscv {

/// The fields of a device context that say where its tables are.
struct DeviceTables {
  std::variant<FirstStageSpec, ProcessDirectorySpec> first;  ///< fsc: iosatp, or pdtp if PDTV
  SecondStageSpec second;                                    ///< iohgatp
  bool first_stage_updates = false;                          ///< tc.SADE
};

/// Each translation starts from cold caches and carries out its writes of accessed and dirty bits.
class Translator {
 public:
  Translator(const RiscvDeviceDirectory& directory, const DeviceTables& tables,
             PhysicalMemory& memory)
      : directory_(directory), tables_(tables), memory_(memory) {}

  TranslationResult translate(const TranslationRequest& request);

 private:
  const RiscvDeviceDirectory& directory_;
  const DeviceTables& tables_;
  PhysicalMemory& memory_;
};

}  // namespace faultpath::riscv
