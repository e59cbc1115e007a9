// A transaction that an IOMMU translates, and what becomes of it.
#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/validation/riscv/names.hpp"
#include "scenarios/validation/riscv/walk_trace.hpp"

namespace faultpath::riscv {

struct TranslationRequest {
  enum class Type { read, write, execute, ats };  ///< untranslated, or an ATS translation request

  StreamId device;
  Iova address;
  Type type = Type::read;
  std::optional<Pasid> pasid = std::nullopt;
  bool privileged = false;         ///< with a PASID only
  bool execute_requested = false;  ///< ATS, with a PASID only
  bool no_write = false;           ///< ATS: NW
};

struct TranslationFault {
  FaultCause cause = FaultCause::all_inbound_disallowed;
  /// Page faults only: which stage missed.
  std::optional<unsigned> stage = std::nullopt;
  /// Second stage: the address that was missed, bit 0 for an access to a table of the first stage
  /// or the process directory, bit 1 for a write of the first stage's entry (RISC-V IOMMU 4.2).
  std::uint64_t iotval2 = 0;
  bool logged = false;  ///< goes to the fault queue

  bool implicit() const { return (iotval2 & 1) != 0; }
};

struct TranslationResult {
  enum class Outcome {
    translated,
    no_access,            ///< ATS completion Success without permissions; nothing is logged
    unsupported_request,  ///< UR
    completer_abort,      ///< CA
  };

  /// What an ATS completion grants.
  struct Grant {
    bool read = false, write = false, execute = false, global = false, privileged = false;
  };

  Outcome outcome = Outcome::translated;
  std::optional<TranslationFault> fault;
  Hpa address{};           ///< if translated
  unsigned page_bits = 0;  ///< if translated: size of the translation, the smaller of both stages
  Grant grant;             ///< of ATS
  WalkTrace trace;
};

}  // namespace faultpath::riscv
