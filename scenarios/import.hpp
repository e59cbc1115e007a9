// Importing recordings of other tools as traces.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace faultpath::scenarios {

/// What becomes of several files, jobs or processes in one recording, whose addresses would fall on
/// one another.
enum class Several {
  refuse,
  pasid,   ///< each gets a PASID, from 0 in the order in which they come
  device,  ///< each gets an instance of the device
};

struct ImportOptions {
  bool keep_times = false;  ///< else the trace runs as fast as the queue depth allows
  Several several = Several::refuse;
};

struct ImportCounts {
  std::uint64_t accesses = 0;
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t distinct_pages = 0;  ///< of 4 KiB
  std::uint64_t pages_touched = 0;   ///< each access counts every page that it overlaps
};

/// A format that import_trace() knows.
struct ImportFormat {
  std::string name;
  std::string doc;
};
const std::vector<ImportFormat>& import_formats();

/// Turns a recording, compressed or not, into a trace at `out`, compressed when that ends in
/// ".zst".
/// "-" is standard input and output. Throws ConfigError: an unknown format, a line that is none of
/// it, no accesses, keep_times where the recording has no times. Leaves no file then.
ImportCounts import_trace(const std::string& format, const std::string& in, const std::string& out,
                          const ImportOptions& options = {});

}  // namespace faultpath::scenarios
