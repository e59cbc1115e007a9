// A DMA operation and a recorded sequence of them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/base/address.hpp"
#include "models/base/runs.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// One access of a device to memory.
struct Operation {
  Iova address;
  std::uint32_t bytes = 0;  ///< >= 1
  bool write = false;       ///< the device writes memory

  IovaPage first_page(PageSize size) const { return page_of(address, size); }
  IovaPage last_page(PageSize size) const { return page_of(Iova{address.value + bytes - 1}, size); }
};

/// One line of a trace.
struct TraceEntry {
  Operation operation;
  sim::Time at{};            ///< when it was recorded; only if the trace is timed
  std::uint32_t device = 0;  ///< instance of the device spec
  std::uint32_t pasid = 0;
};

/// A recorded workload, shared by all who replay it.
struct TraceData {
  std::vector<TraceEntry> entries;
  bool timed = false;  ///< every entry has a time, in ascending order
  std::string file;    ///< where it was read

  /// Every page that an entry touches. The first call for a size looks through the entries, which
  /// stay as they are from then on.
  const Runs& pages(PageSize size) const;
  /// The line of an entry in its file, from 1: a header stands above.
  static std::size_t line_of(std::size_t entry) { return entry + 2; }

 private:
  mutable std::map<unsigned, Runs> pages_;  // by PageSize::bits()
};
using Trace = std::shared_ptr<const TraceData>;

}  // namespace faultpath::models
