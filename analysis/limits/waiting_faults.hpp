// Faults at one limit when faults wait to be served.
#pragma once

#include <cstdint>
#include <span>

namespace faultpath::analysis::limits {

/// In which order a list of locked pages lets them go.
enum class Recency { mapped, used };

/// Accesses of pages, as the numbers of PageNumbers; those from `counted_from` on are counted.
struct Accesses {
  std::span<const std::uint32_t> pages;
  std::uint64_t counted_from = 0;
};

/// A distance assumes that a fault is served at once. In a machine it waits; meanwhile others
/// access, and who asks for the same page waits for the same fault. So a page that waits is asked
/// for only once although it is not on the list, and pages that are about to be evicted are used a
/// little longer: there are fewer faults than by distance. Here a fault is served, in the order of
/// faults, when `blocked` accesses wait for a fault, itself included, so that 1 means at once. What
/// `blocked` is not whole is spread: of 2.5 every other one waits for 2, and for 3. Without time;
/// in steps of accesses. Faults that begin among the counted accesses. Requires limit >= 1 and
/// blocked >= 1.
std::uint64_t faults_when_waiting(const Accesses& accesses, std::uint64_t limit, double blocked,
                                  Recency recency);

}  // namespace faultpath::analysis::limits
