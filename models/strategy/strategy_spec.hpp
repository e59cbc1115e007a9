// What a scenario says about a memory strategy: what is compared.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "sim/time.hpp"

namespace faultpath::models {

/// A locked-memory limit: bytes, or a share (0 to 1) of the address space that is mapped.
struct LockedLimit {
  std::variant<std::uint64_t, double> value = 0.3;
  bool operator==(const LockedLimit&) const = default;
};

/// Pin and map everything at attach (VFIO today). A page request is fatal.
struct PinSpec {
  bool operator==(const PinSpec&) const = default;
};

/// Pin, map and charge on a fault; at the limit evict the page mapped, or used, longest ago.
struct LruLockedSpec {
  LockedLimit limit;
  enum class Recency { mapped, used } recency = Recency::mapped;  ///< used: device reports access
  enum class Evict { at_fault, periodic } evict = Evict::at_fault;
  sim::Duration period = sim::milliseconds(1);  ///< periodic: between two passes (assumed)
  double target = 0.9;       ///< periodic: a pass evicts down to this share of the limit
  std::uint32_t premap = 1;  ///< pages mapped forward from a fault, itself included
  bool operator==(const LruLockedSpec&) const = default;
};

/// Map on a fault and release through the MMU notifier (VFIO IOPF series).
struct IopfSpec {
  std::uint32_t premap = 1;  ///< pages mapped forward from a fault, itself included; 512 in the RFC
  bool operator==(const IopfSpec&) const = default;
};

/// Pin and map on a fault, released at detach only (the series' first version).
struct IopfGrowSpec {
  std::uint32_t premap = 1;
  bool operator==(const IopfGrowSpec&) const = default;
};

/// A PASID bound to a process: handle_mm_fault() on the shared page table.
struct SvaSpec {
  bool operator==(const SvaSpec&) const = default;
};

struct StrategySpec {
  std::string name;  ///< as results are labelled: the kind, or the key `name`
  std::variant<PinSpec, LruLockedSpec, IopfSpec, IopfGrowSpec, SvaSpec> kind;
};

}  // namespace faultpath::models
