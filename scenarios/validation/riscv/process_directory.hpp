// The process directory: from a PASID to the first stage of its address space.
#pragma once

#include <variant>

#include "scenarios/validation/riscv/first_stage.hpp"
#include "scenarios/validation/riscv/names.hpp"
#include "scenarios/validation/riscv/second_stage.hpp"
#include "scenarios/validation/riscv/table_reader.hpp"

namespace faultpath::riscv {

/// RISC-V IOMMU 3.1.3.4: 8, 17 or 20 bits of PASID.
struct ProcessDirectorySpec {
  unsigned levels = 1;  ///< 1 to 3
  Gpa root{};           ///< host-physical when the second stage is Bare
};

/// RISC-V IOMMU 3.2.3.
struct ProcessContext {
  bool supervisor_allowed = false;             ///< ENS
  bool supervisor_may_use_user_pages = false;  ///< SUM
  FirstStageSpec first_stage;
};

/// A walk that ended before there was a context: a cause of its own, or the second stage's.
using ProcessFault = std::variant<FaultCause, WalkFault>;

class ProcessDirectory {
 public:
  ProcessDirectory(const ProcessDirectorySpec& spec, SecondStage& second, TableReader& reader)
      : spec_(spec), second_(second), reader_(reader) {}

  /// The PASID has no more bits than the levels resolve.
  bool covers(Pasid pasid) const;
  /// Requires covers(pasid).
  std::variant<ProcessContext, ProcessFault> find(Pasid pasid);

 private:
  std::variant<Hpa, ProcessFault> locate(Gpa table);
  std::variant<ProcessContext, ProcessFault> read_context(Hpa place);

  const ProcessDirectorySpec& spec_;
  SecondStage& second_;
  TableReader& reader_;
};

}  // namespace faultpath::riscv
