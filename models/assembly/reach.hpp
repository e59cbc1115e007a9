// What addresses workloads can reach.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/address.hpp"
#include "models/base/runs.hpp"

namespace faultpath::models {

/// The pages of a trace, each run that it touches; the footprint, or all phases, of a pattern, from
/// page 0 on; in whole translation units. In pages of this size.
Runs reach_of(const DeviceSpec& spec, const Trace& trace, PageSize size = {});

/// The pages of ranges on which a device cannot fault: what of them is there, by offsets from the
/// lowest address that it reaches. Requires that it reaches one.
std::vector<PageRange> nonfaultable_of(const std::vector<NonfaultableSpec>& ranges,
                                       const Runs& reach, PageSize size = {});

}  // namespace faultpath::models
