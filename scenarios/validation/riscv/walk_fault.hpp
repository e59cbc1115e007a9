// How a walk through tables ends when it does not reach a leaf that grants what is wanted.
#pragma once

#include <optional>
#include <variant>

#include "scenarios/validation/riscv/names.hpp"
#include "scenarios/validation/riscv/physical_memory.hpp"

namespace faultpath::riscv {

struct WalkFault {
  enum class Kind {
    page_fault,        ///< the first stage does not allow it
    guest_page_fault,  ///< the second stage does not
    access_fault,
    corrupted,
  };
  /// What the second stage was asked for.
  enum class Purpose {
    final_access,    ///< the address that the transaction wants
    implicit_read,   ///< a table of the first stage or of the process directory
    implicit_write,  ///< the update of a first-stage entry
  };

  Kind kind = Kind::page_fault;
  /// Guest page fault: the address that the second stage does not translate. Of a table, its first
  /// byte, as RISC-V IOMMU 4.2 permits and the reference vectors have it.
  Gpa gpa{};
  Purpose purpose = Purpose::final_access;
};

/// The result of a step, or why there is none.
template <class T>
using Walked = std::variant<T, WalkFault>;

/// The fault that a read which ended so is; none if it is good.
inline std::optional<WalkFault> fault_of(MemoryStatus status) {
  switch (status) {
    case MemoryStatus::access_fault:
      return WalkFault{.kind = WalkFault::Kind::access_fault};
    case MemoryStatus::poisoned:
      return WalkFault{.kind = WalkFault::Kind::corrupted};
    case MemoryStatus::good:
      break;
  }
  return std::nullopt;
}

}  // namespace faultpath::riscv
