// Access order: the pages that devices ask for, one after the other, when no fault stops them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <queue>
#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/device/issue_schedule.hpp"

namespace faultpath::models {

/// The operations that a run of the same spec issues, drawn from the same random streams, in the
/// order of a machine in which every access hits: an open loop issues when an operation is due, a
/// closed one as fast as the link of its device carries them, its contexts in turn. In a machine
/// with faults devices that share a table may get ahead of each other in another way; the
/// operations of one context come in this order. Nothing ends it but the end of all recordings.
class AccessOrder {
 public:
  struct Access {
    std::uint32_t table;  ///< its place in tables()
    bool observed;        ///< of a device that is
    Operation operation;
  };
  /// One I/O page table.
  struct Table {
    std::size_t planned;  ///< its place in the plan
    std::uint64_t instance;
  };

  /// `spec` and `plan` outlive it.
  AccessOrder(const SystemSpec& spec, const Plan& plan);
  ~AccessOrder();

  /// The next operation; nothing when all recordings have ended.
  std::optional<Access> next();
  const std::vector<Table>& tables() const { return tables_; }

  /// The accesses of every run of `spec` are the same, whatever its seed and replication.
  static bool is_fixed(const SystemSpec& spec);

 private:
  struct Device;
  struct Turn {
    sim::Time at;
    std::uint32_t device;
    bool operator>(const Turn& other) const {
      return at != other.at ? at > other.at : device > other.device;
    }
  };

  void add_device(std::size_t index, std::uint32_t instance);
  void wait_for_turn(std::uint32_t device);

  const SystemSpec& spec_;
  const Plan& plan_;
  std::vector<Table> tables_;
  std::vector<std::uint32_t> first_table_;  // of each planned table: its instance 0
  std::vector<std::unique_ptr<Device>> devices_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
};

}  // namespace faultpath::models
