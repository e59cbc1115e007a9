// How long a walk takes: its reads of entries and its updates of them.
#pragma once

#include <cstdint>
#include <string>

#include "models/iommu/iommu_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Reads and updates follow each other; each draws its time anew.
class WalkTiming {
 public:
  WalkTiming(sim::Simulation& simulation, const std::string& path, const IommuSpec& spec)
      : read_(spec.memory_read),
        update_(spec.access_dirty.update),
        read_stream_(simulation.stream(path, "memory read")),
        update_stream_(simulation.stream(path, "entry update")) {}

  sim::Duration reads(std::uint32_t count) { return sum(count, read_, read_stream_); }
  sim::Duration updates(std::uint32_t count) { return sum(count, update_, update_stream_); }

 private:
  static sim::Duration sum(std::uint32_t count, const sim::Distribution& each,
                           sim::RandomStream& stream) {
    if (each.is_constant()) return count * each.mean();
    sim::Duration sum{};
    for (std::uint32_t i = 0; i < count; ++i) sum += each(stream);
    return sum;
  }

  sim::Distribution read_, update_;
  sim::RandomStream read_stream_, update_stream_;
};

}  // namespace faultpath::models
