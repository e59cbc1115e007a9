// The range of addresses that a workload can reach: as large as its address space.
#pragma once

#include <vector>

#include "models/address.hpp"
#include "models/system_spec.hpp"

namespace faultpath::models {

struct Reach {
  IovaPage first;
  std::uint64_t pages = 0;
};

/// The pages that a device cannot fault on, in a space that starts at `first`.
std::vector<PageRange> nonfaultable_of(const DeviceSpec& spec, IovaPage first);

/// From the lowest to the highest page of a trace; the footprint, or all phases, of a pattern; in
/// whole translation units.
Reach reach_of(const DeviceSpec& spec, const Trace& trace);

}  // namespace faultpath::models
