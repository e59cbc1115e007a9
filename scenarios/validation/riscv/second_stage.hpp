// The second stage: from guest-physical to host-physical addresses.
#pragma once

#include "scenarios/validation/riscv/leaf.hpp"
#include "scenarios/validation/riscv/names.hpp"
#include "scenarios/validation/riscv/table_reader.hpp"

namespace faultpath::riscv {

struct SecondStageSpec {
  PageTableFormat format = kBare;
  Hpa root{};                     ///< iohgatp.PPN * 4096
  bool hardware_updates = false;  ///< tc.GADE: accessed and dirty bits are set, not missed
};

/// Privileged architecture, "Two-Stage Address Translation". Every access counts as one of user
/// mode.
class SecondStage {
 public:
  SecondStage(const SecondStageSpec& spec, TableReader& reader) : spec_(spec), reader_(reader) {}

  bool bare() const { return spec_.format.bare(); }
  /// Leaf::address is host-physical.
  Walked<Leaf> translate(Gpa gpa, const Demand& demand, WalkFault::Purpose purpose);

 private:
  Walked<Leaf> accept(TableEntry entry, Hpa place, const Demand& demand, Gpa gpa, unsigned level,
                      const WalkFault& refusal);

  const SecondStageSpec& spec_;
  TableReader& reader_;
};

}  // namespace faultpath::riscv
