// The first stage: from what a device emits to guest-physical addresses.
#pragma once

#include "scenarios/validation/riscv/leaf.hpp"
#include "scenarios/validation/riscv/names.hpp"
#include "scenarios/validation/riscv/second_stage.hpp"
#include "scenarios/validation/riscv/table_reader.hpp"

namespace faultpath::riscv {

struct FirstStageSpec {
  PageTableFormat format = kBare;
  Gpa root{};  ///< fsc.PPN * 4096; host-physical when the second stage is Bare
};

/// Who asks the first stage for what.
struct FirstStageAccess {
  Demand demand;
  bool execute = false;                        ///< read for execute, of ATS too
  bool supervisor = false;                     ///< else user mode
  bool supervisor_may_use_user_pages = false;  ///< SUM; never to execute
};

/// Privileged architecture, "Virtual Address Translation Process", its tables behind a second
/// stage.
class FirstStage {
 public:
  /// `hardware_updates` is tc.SADE: accessed and dirty bits are set, not missed.
  FirstStage(const FirstStageSpec& spec, bool hardware_updates, SecondStage& second,
             TableReader& reader)
      : spec_(spec), hardware_updates_(hardware_updates), second_(second), reader_(reader) {}

  /// Leaf::address is guest-physical.
  Walked<Leaf> translate(Iova iova, const FirstStageAccess& access);

 private:
  /// An entry, and how the second stage translates the table in which it stands.
  struct Place {
    Gpa table;
    Leaf behind;
    Hpa entry;
  };

  Walked<Place> locate(Gpa table, Iova iova, unsigned level);
  Walked<Leaf> accept(TableEntry entry, const Place& place, const FirstStageAccess& access,
                      Iova iova, unsigned level);

  const FirstStageSpec& spec_;
  bool hardware_updates_;
  SecondStage& second_;
  TableReader& reader_;
};

}  // namespace faultpath::riscv
