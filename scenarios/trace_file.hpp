// Trace files, `faultpath.trace/1`: a header row and a line for each access of a device to memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/device/operation.hpp"
#include "scenarios/text_writer.hpp"

namespace faultpath::scenarios {

/// The columns: nanoseconds since the start of the recording, with up to three decimals, or empty
/// on every line; instance of the device; PASID; address, decimal or 0x; bytes; r (the device reads
/// memory) or w.
inline constexpr std::string_view kTraceHeader = "time_ns,device,pasid,address,bytes,rw";

/// Reads a trace, compressed or not. Throws ConfigError with the number of the line when it is
/// truncated, corrupt, empty, not in ascending time, or an access would wrap around.
models::Trace read_trace(const std::string& path);
/// Reads a trace from a text; `name` stands in errors in the place of a file.
models::Trace parse_trace(const std::string& text, const std::string& name);

/// Writes a trace line by line.
class TraceWriter {
 public:
  TraceWriter(const std::string& path, bool timed);

  void write(const models::TraceEntry& entry);
  void commit() { out_.commit(); }

 private:
  TextWriter out_;
  bool timed_;
};

}  // namespace faultpath::scenarios
