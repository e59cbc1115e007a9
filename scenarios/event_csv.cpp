// Writing one line for each event.
#include "scenarios/event_csv.hpp"

#include <fmt/format.h>

#include <utility>

namespace faultpath::scenarios {

EventCsv::EventCsv(const std::string& path, EventWindow window)
    : window_(std::move(window)), writer_(path) {
  writer_.write("time_ns,component,kind,key\n");
}

void EventCsv::record(const sim::TraceRecord& record) {
  ++seen_[record.component];
  const bool is_wanted = window_.component.empty() || window_.component == record.component;
  if (!is_wanted || record.at < window_.from || record.at >= window_.to) return;
  const auto picoseconds = record.at.time_since_epoch().count();
  writer_.write(fmt::format("{}.{:03},{},{},{}\n", picoseconds / 1000, picoseconds % 1000,
                            record.component, record.kind, record.key));
  ++written_;
}

}  // namespace faultpath::scenarios
