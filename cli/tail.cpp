// Quantiles at steps, and their characters.
#include "cli/tail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "analysis/units.hpp"
#include "cli/table.hpp"

namespace faultpath::cli {
namespace {

using analysis::Sections;

constexpr std::size_t kMostSteps = 10;  // for each factor of ten
constexpr std::size_t kLabelGap = 3;    // between labels and lines
constexpr std::size_t kLineIndent = 2;  // of lines that stand below their labels
constexpr double kRounding = 1e-9;      // 1000 * (1 - 0.999) is 1 but for rounding
constexpr double kLeastNs = 1e-3;       // what an axis of logarithms shows of nothing

using Levels = std::array<std::string_view, 8>;
constexpr Levels kBlocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr Levels kAscii{".", ":", "-", "=", "+", "*", "#", "@"};

// A character of the lines: the share of values beyond the quantile, and its name where it has one.
struct Position {
  double beyond;
  std::string name;
};

// p90, p99, p99.9...
std::string name_of_nines(int nines) {
  return nines < 3 ? fmt::format("p{}", nines == 1 ? 90 : 99)
                   : "p99." + std::string(static_cast<std::size_t>(nines) - 2, '9');
}

// From p50 while at least `last` lies beyond. Each factor of ten has `steps`, and the part of one
// between p50 and p90 as many as come to it, so that p90, p99, p99.9 lie on a step.
std::vector<Position> positions(std::size_t steps, double last) {
  const auto first = std::max(1L, std::lround(static_cast<double>(steps) * std::log10(5.0)));
  std::vector<Position> all{{0.5, "p50"}};
  const auto add = [&](double beyond, std::string name) {
    if (beyond >= last * (1.0 - kRounding)) all.push_back({beyond, std::move(name)});
  };
  for (long i = 1; i < first; ++i)
    add(0.5 * std::pow(5.0, -static_cast<double>(i) / static_cast<double>(first)), "");
  for (int nines = 1; std::pow(10.0, -nines) >= last * (1.0 - kRounding); ++nines) {
    add(std::pow(10.0, -nines), name_of_nines(nines));
    for (std::size_t i = 1; i < steps; ++i)
      add(std::pow(10.0, -nines - static_cast<double>(i) / static_cast<double>(steps)), "");
  }
  return all;
}

// The latency at each position in nanoseconds, up to the last that has enough values; absent where
// one before it has not.
using Heights = std::vector<std::optional<double>>;

Heights heights_of(const Sections& values, const std::vector<Position>& all) {
  Heights heights;
  std::size_t known = 0;
  for (const auto& [beyond, name] : all) {
    const double q = 1.0 - beyond;
    const double effective = analysis::effective_beyond(values.whole, values.replications, q);
    heights.emplace_back();
    if (effective < 1.0 - kRounding) continue;
    heights.back() = std::max(kLeastNs, values.whole.quantile(q));
    known = heights.size();
  }
  heights.resize(known);
  return heights;
}

// The share beyond the last quantile of any case; 0.5 when no case gets further.
double last_share(const Tail& tail) {
  double last = 0.5;
  for (const auto& [label, values] : tail.cases) {
    if (values.replications.empty()) continue;
    std::size_t most = 0;
    for (const auto* one : values.replications) most = std::max<std::size_t>(most, one->count);
    const auto all = positions(kMostSteps, 1.0 / static_cast<double>(most));
    const auto known = heights_of(values, all).size();
    if (known > 0) last = std::min(last, all[known - 1].beyond);
  }
  return last;
}

struct Range {
  double low = 0.0, high = 0.0;
};

Range range_of(const std::vector<Heights>& lines) {
  Range range;
  for (const auto& heights : lines) {
    for (const auto& height : heights) {
      if (!height) continue;
      range.low = range.low > 0.0 ? std::min(range.low, *height) : *height;
      range.high = std::max(range.high, *height);
    }
  }
  return range;
}

std::string_view level_text(double height, const Range& range, const Levels& levels) {
  if (range.high <= range.low) return levels.front();
  const double share = std::log(height / range.low) / std::log(range.high / range.low);
  const auto level = static_cast<std::size_t>(share * static_cast<double>(levels.size()));
  return levels[std::min(level, levels.size() - 1)];
}

std::string line_of(const Sections& values, const Heights& heights, const Range& range,
                    const Levels& levels) {
  if (values.replications.empty()) return "-";
  std::string text;
  for (const auto& height : heights) text += height ? level_text(*height, range, levels) : "?";
  return text.empty() ? "?" : text;
}

// Names that would touch the one before are left out.
std::string axis_of(const std::vector<Position>& all) {
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name.empty() || (!text.empty() && text.size() >= i)) continue;
    text += std::string(i - text.size(), ' ') + all[i].name;
  }
  return text;
}

std::string in_bold(std::string_view text, bool colour) {
  return colour ? fmt::format("\033[1m{}\033[0m", text) : std::string{text};
}

std::string heading(const Tail& tail, const Range& range, const Levels& levels) {
  if (range.high <= 0.0) return fmt::format("Tail of the {}", tail.title);
  const auto text = [](double ns) { return value_text(ns, analysis::Unit::nanoseconds); };
  return fmt::format("Tail of the {}: {} {} to {} {}, logarithmic on both axes", tail.title,
                     levels.front(), text(range.low), levels.back(), text(range.high));
}

}  // namespace

std::vector<Tail> tails_of(const std::vector<analysis::Run>& runs) {
  std::vector<Tail> tails;
  const auto cases = analysis::cases_of(runs);
  for (const auto& [title, distribution] :
       {std::pair{"DMA latency", "dma_latency_ns"}, {"fault latency", "fault_latency_ns"}}) {
    Tail tail{title, {}};
    for (const auto& one : cases)
      tail.cases.push_back({one.label, analysis::sections_of(one, distribution)});
    const bool has_any = std::ranges::any_of(
        tail.cases, [](const TailCase& one) { return !one.values.replications.empty(); });
    if (has_any) tails.push_back(std::move(tail));
  }
  return tails;
}

std::string tail_text(const Tail& tail, const Display& display) {
  std::size_t labels = 0;
  for (const auto& one : tail.cases) labels = std::max(labels, width_of(one.label));
  const double last = last_share(tail);
  const bool is_beside = labels + kLabelGap + positions(2, last).size() <= display.columns;
  const std::size_t indent = is_beside ? labels + kLabelGap : kLineIndent;
  std::size_t steps = kMostSteps;
  while (steps > 1 && indent + positions(steps, last).size() > display.columns) --steps;

  const auto all = positions(steps, last);
  std::vector<Heights> lines;
  for (const auto& one : tail.cases)
    lines.push_back(one.values.replications.empty() ? Heights{} : heights_of(one.values, all));
  const auto range = range_of(lines);
  const auto& levels = display.utf8 ? kBlocks : kAscii;
  const std::string margin(indent, ' ');
  auto text = wrapped(heading(tail, range, levels), display.columns) + "\n\n" + margin +
              in_bold(axis_of(all), display.colour) + "\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& [label, values] = tail.cases[i];
    text += label + (is_beside ? std::string(indent - width_of(label), ' ') : "\n" + margin);
    text += line_of(values, lines[i], range, levels) + "\n";
  }
  return text;
}

}  // namespace faultpath::cli
