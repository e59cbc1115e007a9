// Puts the page together.
#include "analysis/report/page.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "analysis/report/files.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/panels.hpp"
#include "analysis/report/tables.hpp"

namespace faultpath::analysis::report {
namespace {

struct Section {
  std::string_view id, title, link;
  std::string body;
};

// A place for the chart `id`, which the script fills.
std::string figure(std::string_view id, std::string_view title, std::string_view caption) {
  return fmt::format(
      "<figure data-chart=\"{}\" data-title=\"{}\"><div class=\"tools\"></div>"
      "<div class=\"chart\"></div><figcaption>{}</figcaption></figure>\n",
      id, title, caption);
}

struct ChartText {
  std::string_view id, title, link, data, caption;
};

constexpr std::array<ChartText, 8> kCharts{{
    {"limits", "Against the locked limit", "Locked limit", "limits",
     "Faults and the metric at each limit that was simulated, with intervals over replications. "
     "Dashed grey: faults by the order of accesses alone. Dotted: the knee of the metric, and the "
     "target with the least limit that meets it."},
    {"tail", "Latency tail", "Tail", "tails",
     "Latency by percentile; each step to the right is a tail ten times rarer. Band: interval over "
     "replications. A line ends where fewer than ten values lie beyond, and is faint where a "
     "replication has less than one effective value beyond: too short a run."},
    {"stages", "Where a fault's time goes", "Stages", "stages",
     "From the first miss without permission until the retry translates. The stages of a fault add "
     "up to it."},
    {"blame", "What makes slow faults slow", "Slow faults", "blame",
     "Shares of the stages in the faults at a percentile of the fault latency."},
    {"scopes", "Guest, VMM or host", "Whose time", "scopes",
     "Whose time the faults at a percentile take: that of the guest's kernel, of the VMM with its "
     "exits, of the host's kernel, of the IOMMU and of the device. They add up to the fault."},
    {"density", "Guests against tail", "Guests and tail", "density",
     "Each point a case, with its interval; lines join the cases whose guests' memory is held "
     "alike. Dashed: the front, the most guests that some case has at a tail."},
    {"time", "Over time", "Over time", "series",
     "Replication 0. Grey: the page request queue "
     "overflows, and drops what comes."},
    {"memory", "Memory against tail", "Memory and tail", "memory",
     "Each point a case, with its interval. Dashed: the front that no other case beats in both."},
}};

Section check_section(const Verification& verification, const Json& panels) {
  auto body = check_html(verification.check, verification.baseline);
  if (!panels.at("check").is_null())
    body +=
        figure("check", "Check",
               "Change of each metric with its interval; grey: the margin within which a change "
               "is none.");
  return {"check", "Check against a baseline", "Check", std::move(body)};
}

std::vector<Section> sections_of(const Entries& entries, const Json& panels,
                                 const std::optional<Verification>& verification) {
  std::vector<Section> sections{
      {"comparison", "Comparison", "Comparison", comparison_html(entries)}};
  if (verification) sections.push_back(check_section(*verification, panels));
  for (const auto& [id, title, link, data, caption] : kCharts) {
    if (!panels.at(data).is_null())
      sections.push_back({id, title, link, figure(id, title, caption)});
  }
  sections.push_back({"counters", "Counters", "Counters", counters_html(entries)});
  sections.push_back({"parameters", "Parameters", "Parameters", parameters_html(entries)});
  sections.push_back({"provenance", "Provenance", "Provenance", provenance_html(entries)});
  return sections;
}

std::string title_of(const Entries& entries) {
  std::vector<std::string> names;
  for (const auto& source : entries.sources()) {
    const auto& name = source.result.scenario.name;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// The description, when all sources share it.
std::string lead(const Entries& entries) {
  std::set<std::string> texts;
  for (const auto& source : entries.sources())
    texts.insert(source.result.scenario.resolved.value("description", std::string{}));
  if (texts.size() != 1 || texts.begin()->empty()) return {};
  return fmt::format("<p class=\"lead\">{}</p>\n", escaped(*texts.begin()));
}

std::string about(const Entries& entries) {
  std::set<std::size_t> counts;
  for (const auto& entry : entries.all()) counts.insert(entry.runs.size());
  const auto most = *counts.rbegin();
  return fmt::format(
      "<p class=\"about\">{} case{}, {} replication{} each{}, simulated by faultpath {}</p>\n",
      entries.all().size(), entries.all().size() == 1 ? "" : "s",
      counts.size() == 1 ? fmt::format("{}", most) : fmt::format("up to {}", most),
      most == 1 ? "" : "s",
      most == 1 ? "" : fmt::format(", intervals of {:g} %", 100.0 * entries.confidence()),
      escaped(entries.sources().front().result.faultpath));
}

std::string body_html(const Entries& entries, const Json& panels,
                      const std::optional<Verification>& verification) {
  const auto sections = sections_of(entries, panels, verification);
  std::string links, bodies;
  for (const auto& [id, title, link, body] : sections) {
    links += fmt::format("<a href=\"#{}\">{}</a>\n", id, link);
    bodies += fmt::format(
        "<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n<h2 "
        "id=\"{0}-title\">{1}</h2>\n{2}</section>\n",
        id, title, body);
  }
  return fmt::format(
      "<header>\n<div class=\"kicker\"><span>faultpath report</span>"
      "<button type=\"button\" id=\"theme\" hidden>Theme: automatic</button></div>\n"
      "<h1>{}</h1>\n{}{}{}<nav aria-label=\"Sections\">\n{}</nav>\n"
      "<fieldset id=\"cases\" hidden><legend>Cases in the charts</legend>"
      "<button type=\"button\" data-choose=\"all\">all</button> "
      "<button type=\"button\" data-choose=\"none\">none</button>"
      "<div class=\"boxes\"></div></fieldset>\n</header>\n<main>\n{}</main>",
      escaped(title_of(entries)), lead(entries), about(entries), words_html(entries), links,
      bodies);
}

Json all_data(const Entries& entries, const std::optional<Verification>& verification) {
  auto panels = panels_data(entries);
  panels["check"] = verification ? check_data(entries, verification->check) : Json{};
  return panels;
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return file ? std::move(text).str() : std::string{};
}

}  // namespace

Libraries read_libraries(const std::string& folder) {
  const std::filesystem::path path(folder);
  auto lock = text_of(path / "lock.sha256");
  if (lock.empty())
    throw Missing(fmt::format(
        "found no chart libraries in {}; `./faultpath report` of the source tree fetches them",
        folder));
  lock.resize(std::min(lock.size(), kLibrariesLock.size()));
  if (lock != kLibrariesLock)
    throw Missing(fmt::format(
        "the chart libraries in {} are not those of this version; `./faultpath report` of the "
        "source tree fetches them",
        folder));
  return {text_of(path / "libraries.js"), text_of(path / "licences.txt")};
}

std::string page_html(const std::vector<Source>& sources, const Libraries& libraries,
                      const std::optional<Verification>& verification) {
  const Entries entries(sources);
  const auto panels = all_data(entries, verification);
  return filled(kPageTemplate, {{"version", FAULTPATH_VERSION},
                                {"title", escaped(title_of(entries))},
                                {"style", std::string{kStyle}},
                                {"body", body_html(entries, panels, verification)},
                                {"data", embedded(panels)},
                                {"libraries", embedded_script(libraries.script)},
                                {"script", embedded_script(kScript)},
                                {"licences", libraries.licences}});
}

std::string page_data(const std::vector<Source>& sources,
                      const std::optional<Verification>& verification) {
  return embedded(all_data(Entries(sources), verification)) + "\n";
}

}  // namespace faultpath::analysis::report
