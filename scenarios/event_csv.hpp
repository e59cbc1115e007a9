// The events of a run as a table: what the fingerprint is made of, for people.
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

/// Writes `time_ns,component,kind,key`, a line an event, times to the picosecond. Each component's
/// events are in its own order, which is that of time; between components there is none, as some
/// run ahead of the clock.
class EventCsv final : public sim::TraceSink {
 public:
  /// As TextWriter. Throws ConfigError.
  EventCsv(const std::string& path, EventWindow window);

  void record(const sim::TraceRecord& record) override;
  /// How many events each component had, those outside of the window included.
  const std::map<std::string, std::uint64_t>& seen() const { return seen_; }
  std::uint64_t written() const { return written_; }
  /// Without it nothing is left. Throws ConfigError.
  void commit() { writer_.commit(); }

 private:
  EventWindow window_;
  TextWriter writer_;
  std::map<std::string, std::uint64_t> seen_;
  std::uint64_t written_ = 0;
};

}  // namespace faultpath::scenarios
