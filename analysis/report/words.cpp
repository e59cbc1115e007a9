// The result in words.
#include <fmt/format.h>

#include <cmath>

#include "analysis/report/html.hpp"
#include "analysis/report/tables.hpp"

namespace faultpath::analysis::report {
namespace {

// More than this many sentences nobody reads at once.
constexpr std::size_t kAtOnce = 8;

constexpr auto kTail = "dma_latency_ns.p99";
constexpr auto kMedian = "dma_latency_ns.p50";
constexpr auto kThroughput = "dma_throughput_bytes_per_s";
constexpr auto kLocked = "locked_bytes.max";
constexpr auto kStartup = "startup_ns.max";

double mean_of(const Entry& entry, const char* metric) {
  const auto found = entry.summary.find(metric);
  return found ? found->mean : 0.0;
}

// A change that the replications do not tell from none.
bool is_unclear(const Entry& entry, const char* metric) {
  if (!entry.change) return false;
  const auto change = entry.change->find(metric);
  return change && change->low && !change->excludes_zero();
}

struct Direction {
  const char *more, *less;
};

// `4.3 times as long`, `20 % less`, `about the same`.
std::string compared(const Entry& entry, const char* metric, const char* times,
                     Direction direction) {
  const double value = mean_of(entry, metric), base = mean_of(*entry.base, metric);
  if (base <= 0.0) return {};
  const double ratio = value / base;
  if (is_unclear(entry, metric)) return ", not clearly different";
  if (std::abs(ratio - 1.0) < 0.0005) return ", the same";
  if (ratio >= 2.0) return fmt::format(", {:.{}f} {}", ratio, ratio < 10.0 ? 1 : 0, times);
  const double percent = 100.0 * std::abs(ratio - 1.0);
  return fmt::format(", {:.{}f} % {}", percent, percent < 9.95 ? 1 : 0,
                     ratio > 1.0 ? direction.more : direction.less);
}

std::string instead_of(const Entry& entry, const char* metric, const std::string& text) {
  const double value = mean_of(entry, metric), base = mean_of(*entry.base, metric);
  if (value == base) return text;
  return fmt::format(
      "{} instead of {}", text,
      base == 0.0 ? "none" : quantity(base, metric == kStartup ? Unit::nanoseconds : Unit::bytes));
}

std::string locked_text(const Entry& entry) {
  const double locked = mean_of(entry, kLocked);
  const auto text = locked == 0.0 ? "locks no memory" : "locks " + quantity(locked, Unit::bytes);
  return entry.base == nullptr ? text : instead_of(entry, kLocked, text);
}

std::string startup_text(const Entry& entry) {
  const double startup = mean_of(entry, kStartup);
  if (startup == 0.0 && (entry.base == nullptr || mean_of(*entry.base, kStartup) == 0.0)) return {};
  const auto text =
      startup == 0.0 ? "starts at once" : "starts up in " + quantity(startup, Unit::nanoseconds);
  if (entry.base == nullptr) return text;
  if (startup != 0.0) return instead_of(entry, kStartup, text);
  return fmt::format("{}, without {} of start-up", text,
                     quantity(mean_of(*entry.base, kStartup), Unit::nanoseconds));
}

std::string tail_text(const Entry& entry) {
  auto text = fmt::format("DMA latency p50 {}, p99 {}",
                          quantity(mean_of(entry, kMedian), Unit::nanoseconds),
                          quantity(mean_of(entry, kTail), Unit::nanoseconds));
  if (entry.base != nullptr) text += compared(entry, kTail, "times as long", {"longer", "shorter"});
  return text;
}

std::string throughput_text(const Entry& entry) {
  auto text = "throughput " + quantity(mean_of(entry, kThroughput), Unit::bytes_per_second);
  if (entry.base != nullptr)
    text += compared(entry, kThroughput, "times as much", {"more", "less"});
  return text;
}

std::string times_text(double count, const char* one, const char* many) {
  return fmt::format("{} {}", quantity(count, Unit::count), count == 1.0 ? one : many);
}

// What a reader must not miss.
std::string mishaps_text(const Entry& entry) {
  std::string text;
  if (const double count = mean_of(entry, "queue_overflows"); count > 0.0)
    text += "; the page request queue overflowed " + times_text(count, "time", "times");
  if (const double count = mean_of(entry, "dma_dropped"); count > 0.0)
    text += "; " + times_text(count, "operation was", "operations were") + " given up";
  if (const double count = mean_of(entry, "faults_fatal"); count > 0.0)
    text += "; " + times_text(count, "fault was", "faults were") + " fatal";
  return text;
}

std::string sentence(const Entry& entry) {
  auto text = locked_text(entry);
  if (const auto startup = startup_text(entry); !startup.empty()) text += ", " + startup;
  return fmt::format("<li><b>{}</b> {}; {}; {}{}.</li>\n", escaped(entry.label), text,
                     tail_text(entry), throughput_text(entry), mishaps_text(entry));
}

}  // namespace

std::string words_html(const Entries& entries) {
  std::string first, rest;
  for (std::size_t i = 0; i < entries.all().size(); ++i)
    (i < kAtOnce ? first : rest) += sentence(entries.all()[i]);
  auto html = fmt::format("<ul class=\"words\">\n{}</ul>\n", first);
  if (!rest.empty()) {
    html += fmt::format(
        "<details><summary>{} more cases in words</summary><ul class=\"words\">\n{}</ul>"
        "</details>\n",
        entries.all().size() - kAtOnce, rest);
  }
  return html;
}

}  // namespace faultpath::analysis::report
