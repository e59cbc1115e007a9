// Latency by percentile, merged over replications, with intervals.
#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/report/html.hpp"
#include "analysis/report/panels.hpp"

namespace faultpath::analysis::report {
namespace {

// A line ends where fewer values lie beyond; it is faint where a replication has less than one
// effective value beyond.
constexpr double kLeastBeyond = 10.0;
constexpr double kLeastEffective = 1.0;

// Even steps up to p90, then 24 for each further factor of ten.
std::vector<double> make_grid() {
  std::vector<double> grid;
  for (int i = 0; i < 45; ++i) grid.push_back(i / 50.0);
  for (int i = 24; i <= 24 * 6; ++i) grid.push_back(1.0 - std::pow(10.0, -i / 24.0));
  return grid;
}
const std::vector<double>& quantile_grid() {
  static const auto kGrid = make_grid();
  return kGrid;
}

// One distribution of one case.
class Tail {
 public:
  Tail(const Entry& entry, const std::string& name) {
    std::vector<const Histogram*> histograms;
    for (const auto* run : entry.runs) {
      const auto* one = run->distribution(name);
      if (one == nullptr || one->count == 0) continue;
      least_ = parts_.empty() ? one->min : std::min(least_, one->min);
      greatest_ = std::max(greatest_, one->max);
      parts_.push_back(one);
      histograms.push_back(&one->histogram);
    }
    if (!histograms.empty()) whole_ = merged(histograms);
  }

  double beyond(double q) const { return (1.0 - q) * static_cast<double>(whole_.count()); }

  // Nanoseconds.
  double value(double q) const {
    if (q == 0.0) return least_;
    return std::clamp(whole_.quantile(q) / 1e3, least_, greatest_);
  }

  // Half of the interval by sectioning: the spread of the replications' quantiles about the merged.
  double half_width(double q, double confidence) const {
    if (parts_.size() < 2) return 0.0;
    const auto n = static_cast<double>(parts_.size());
    double squares = 0.0;
    for (const auto* part : parts_) {
      const double own = q == 0.0 ? part->min : part->quantile(q);
      squares += (own - value(q)) * (own - value(q));
    }
    const double t = student_t_quantile((1.0 + confidence) / 2.0, n - 1.0);
    return t * std::sqrt(squares / (n - 1.0) / n);
  }

  // Values beyond q in one replication, less what their correlation takes.
  double effective(double q) const {
    const auto replications = static_cast<double>(parts_.size());
    const double values = static_cast<double>(whole_.count()) / replications;
    if (q == 0.0 || replications < 2.0) return values * (1.0 - q);
    double sum = 0.0, squares = 0.0;
    for (const auto* part : parts_) {
      const double share = part->histogram.share_above(whole_.quantile(q));
      sum += share;
      squares += share * share;
    }
    const double variance =
        std::max(0.0, (squares - sum * sum / replications) / (replications - 1.0));
    const double design = std::max(1.0, values * variance / (q * (1.0 - q)));
    return values * (1.0 - q) / design;
  }

 private:
  std::vector<const Distribution*> parts_;  // of the replications that have values
  Histogram whole_;
  double least_ = 0.0, greatest_ = 0.0;
};

Json line_of(const Tail& tail, double confidence) {
  Json values = Json::array(), low = Json::array(), high = Json::array();
  std::size_t sure = 0;
  for (const double q : quantile_grid()) {
    if (tail.beyond(q) < kLeastBeyond) break;
    const double value = tail.value(q), half = tail.half_width(q, confidence);
    values.push_back(rounded(value));
    low.push_back(rounded(std::max(value - half, value / 100.0)));  // an axis of logarithms
    high.push_back(rounded(value + half));
    if (tail.effective(q) >= kLeastEffective) sure = values.size();
  }
  return {{"values", values}, {"low", low}, {"high", high}, {"sure", sure}};
}

// `dma_latency_ns` reads `DMA latency`.
std::string title_of(std::string name) {
  if (name.ends_with("_ns")) name.resize(name.size() - 3);
  std::ranges::replace(name, '_', ' ');
  if (name.starts_with("dma ")) name.replace(0, 3, "DMA");
  return name;
}

// Those of the first case first: each once, DMA latency before the others.
std::vector<std::string> names_of(const Entries& entries) {
  std::vector<std::string> names{"dma_latency_ns"};
  for (const auto& entry : entries.all()) {
    for (const auto& one : entry.first().distributions)
      if (std::ranges::find(names, one.name) == names.end()) names.push_back(one.name);
  }
  return names;
}

}  // namespace

Json rarities() {
  Json all = Json::array();
  for (const double q : quantile_grid()) all.push_back(rounded(1.0 / (1.0 - q)));
  return all;
}

Json tails_data(const Entries& entries) {
  Json tails = Json::array();
  for (const auto& name : names_of(entries)) {
    Json lines = Json::array();
    for (std::size_t i = 0; i < entries.all().size(); ++i) {
      const Tail tail(entries.all()[i], name);
      auto line = line_of(tail, entries.confidence());
      if (line["values"].empty()) continue;
      line["case"] = i;
      lines.push_back(std::move(line));
    }
    if (!lines.empty()) tails.push_back({{"name", title_of(name)}, {"lines", std::move(lines)}});
  }
  return tails.empty() ? Json{} : tails;
}

}  // namespace faultpath::analysis::report
