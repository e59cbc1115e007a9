// Importing recordings of other tools as traces.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace faultpath::scenarios {

/// How to import a recording of several files, jobs or processes, whose addresses overlap.
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
/// "-" is standard input and output. Throws ConfigError when the format is unknown, when a line is
/// not of the format, when there are no accesses, and when keep_times is set for a recording
/// without times. It leaves no file then.
ImportCounts import_trace(const std::string& format, const std::string& in, const std::string& out,
                          const ImportOptions& options = {});

}  // namespace faultpath::scenarios
