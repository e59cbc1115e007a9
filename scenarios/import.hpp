// Importing recordings of other tools as traces.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace faultpath::scenarios {

struct ImportOptions {
  bool keep_times = false;  ///< else the trace runs as fast as the queue depth allows
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

/// Turns a recording, compressed with zstd or not, into a trace at `out`, compressed when that ends
/// in ".zst". Throws ConfigError: an unknown format, a line that is none of it, no accesses,
/// keep_times where the recording has no times. Leaves no file then.
ImportCounts import_trace(const std::string& format, const std::string& in, const std::string& out,
                          const ImportOptions& options = {});

}  // namespace faultpath::scenarios
