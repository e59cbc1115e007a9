// Dividing a recording among instances and contexts.
#include "models/device/workloads/trace_cursor.hpp"

#include <algorithm>

namespace faultpath::models {
namespace {

// A cursor without chosen entries replays the whole trace, so an empty part gets an empty trace.
std::shared_ptr<TraceCursor> cursor_over(const Trace& trace, std::vector<std::uint32_t> chosen,
                                         bool repeat) {
  if (!chosen.empty()) return std::make_shared<TraceCursor>(trace, std::move(chosen), repeat);
  const auto nothing = std::make_shared<TraceData>();
  return std::make_shared<TraceCursor>(nothing, std::move(chosen), false);
}

}  // namespace

sim::Duration period_of(const TraceData& trace) {
  const auto& entries = trace.entries;
  if (!trace.timed || entries.size() < 2) return {};
  const sim::Duration span = entries.back().at - entries.front().at;
  if (span == sim::Duration::zero()) return {};
  const auto gaps = static_cast<std::int64_t>(entries.size() - 1);
  const sim::Duration gap = std::max(span / gaps, sim::picoseconds(1));
  return span > sim::Duration::max() - gap ? sim::Duration::max() : span + gap;
}

std::vector<std::shared_ptr<TraceCursor>> make_cursors(const Trace& trace, std::uint32_t instance,
                                                       std::uint32_t contexts, bool repeat) {
  const auto& entries = trace->entries;
  const bool by_device =
      std::ranges::any_of(entries, [](const TraceEntry& e) { return e.device != 0; });
  const bool by_pasid =
      std::ranges::any_of(entries, [](const TraceEntry& e) { return e.pasid != 0; });
  if (!by_device && !by_pasid) {
    const auto all = std::make_shared<TraceCursor>(trace, std::vector<std::uint32_t>{}, repeat);
    return {contexts, all};
  }
  std::vector<std::vector<std::uint32_t>> chosen(by_pasid ? contexts : 1);
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    if (by_device && entries[i].device != instance) continue;
    chosen[by_pasid ? entries[i].pasid : 0].push_back(i);
  }
  std::vector<std::shared_ptr<TraceCursor>> cursors;
  for (auto& part : chosen) cursors.push_back(cursor_over(trace, std::move(part), repeat));
  cursors.resize(contexts, cursors.front());
  return cursors;
}

}  // namespace faultpath::models
