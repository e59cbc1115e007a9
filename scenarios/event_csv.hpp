// The events of a run as a table for people. The fingerprint is computed from the same events.
#pragma once

#include <limits>
#include <map>
#include <string>

#include "scenarios/text_writer.hpp"
#include "sim/trace_sink.hpp"

namespace faultpath::scenarios {

/// Which events are written: those at `from` or later and before `to`.
struct EventWindow {
  sim::Time from{};
  sim::Time to{sim::Duration{std::numeric_limits<std::int64_t>::max()}};
  std::string component;  ///< empty: of all
};

/// Writes one line for each event: `time_ns,component,kind,key`, with times to the picosecond. The
/// events of one component are in the order of time. Those of different components are not, because
/// some components run ahead of the clock.
class EventCsv final : public sim::TraceSink {
 public:
  /// Opens a file in the way of TextWriter. Throws ConfigError.
  EventCsv(const std::string& path, EventWindow window);

  void record(const sim::TraceRecord& record) override;
  /// How many events each component had, those outside of the window included.
  const std::map<std::string, std::uint64_t>& seen() const { return seen_; }
  std::uint64_t written() const { return written_; }
  /// Completes the file; without this call no file is left. Throws ConfigError.
  void commit() { writer_.commit(); }

 private:
  EventWindow window_;
  TextWriter writer_;
  std::map<std::string, std::uint64_t> seen_;
  std::uint64_t written_ = 0;
};

}  // namespace faultpath::scenarios
