// Counters, parameters and provenance.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "analysis/report/html.hpp"
#include "analysis/report/tables.hpp"

namespace faultpath::analysis::report {
namespace {

double mean_of(const Entry& entry, const std::string& counter) {
  const auto found = entry.summary.find(counter);
  return found ? found->mean : 0.0;
}

// 1,234,567 or 12.3.
std::string number_text(double value) {
  const bool is_whole = value == static_cast<double>(static_cast<std::int64_t>(value));
  auto text = fmt::format("{:.{}f}", value, is_whole ? 0 : 1);
  const auto point = std::min(text.find('.'), text.size());
  for (std::size_t at = point; at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::vector<std::string> counters_of(const Entries& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries.all()) {
    for (const auto& counter : entry.first().counters)
      if (std::ranges::find(names, counter.name) == names.end()) names.push_back(counter.name);
  }
  std::erase_if(names, [&](const std::string& name) {
    return std::ranges::all_of(entries.all(),
                               [&](const Entry& entry) { return mean_of(entry, name) == 0.0; });
  });
  return names;
}

std::string in_details(std::string_view summary, const std::string& body) {
  return fmt::format("<details><summary>{}</summary>\n<div class=\"wide\">{}</div></details>\n",
                     summary, body);
}

std::string head_row(std::string_view first, const std::vector<std::string>& columns) {
  auto html = fmt::format("<thead><tr><th scope=\"col\">{}</th>", first);
  for (const auto& column : columns) html += "<th scope=\"col\">" + escaped(column) + "</th>";
  return html + "</tr></thead>\n";
}

// One line of the table of parameters: what each source has under a path.
struct ParameterLine {
  std::string path, meaning;
  std::optional<std::string> standard;
  std::vector<std::optional<std::string>> values;

  bool differs_between_sources() const {
    return std::ranges::adjacent_find(values, std::not_equal_to<>{}) != values.end();
  }
  bool is_standard() const {
    return std::ranges::all_of(values, [&](const auto& v) { return !v || v == standard; });
  }
  // Names are labels, not settings.
  bool is_set() const {
    return !is_standard() && !differs_between_sources() && !path.ends_with(".name");
  }
};

std::vector<ParameterLine> parameter_lines(const std::vector<Source>& sources) {
  std::vector<ParameterLine> lines;
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    for (const auto& parameter : sources[i].parameters) {
      const auto [at, is_new] = index.try_emplace(parameter.path, lines.size());
      if (is_new)
        lines.push_back({parameter.path, parameter.meaning, parameter.standard,
                         std::vector<std::optional<std::string>>(sources.size())});
      lines[at->second].values[i] = parameter.value;
    }
  }
  return lines;
}

std::string parameter_table(const std::vector<ParameterLine>& lines,
                            const std::vector<Source>& sources) {
  std::vector<std::string> columns;
  for (const auto& source : sources) columns.push_back(sources.size() > 1 ? source.label : "value");
  columns.insert(columns.end(), {"default", "meaning"});
  auto html = "<table class=\"detail\">" + head_row("parameter", columns) + "<tbody>\n";
  for (const auto& line : lines) {
    html += fmt::format("<tr><th scope=\"row\"><code>{}</code></th>", escaped(line.path));
    for (const auto& value : line.values)
      html += fmt::format("<td><code>{}</code></td>", value ? escaped(*value) : "–");
    html += fmt::format("<td class=\"default\"><code>{}</code></td><td>{}</td></tr>\n",
                        line.standard ? escaped(*line.standard) : "", escaped(line.meaning));
  }
  return html + "</tbody></table>";
}

std::string parameter_group(std::string_view title, const std::vector<ParameterLine>& lines,
                            const std::vector<Source>& sources) {
  if (lines.empty()) return {};
  return fmt::format("<h3>{}</h3>\n<div class=\"wide\">{}</div>\n", title,
                     parameter_table(lines, sources));
}

template <class Wanted>
std::vector<ParameterLine> those(const std::vector<ParameterLine>& lines, Wanted wanted) {
  std::vector<ParameterLine> chosen;
  std::ranges::copy_if(lines, std::back_inserter(chosen), wanted);
  return chosen;
}

std::string fingerprints_html(const Entries& entries, std::size_t source) {
  std::string html = "<table class=\"detail\">" +
                     head_row("case", {"replication", "seed", "fingerprint"}) + "<tbody>\n";
  for (const auto& entry : entries.all()) {
    if (entry.source != source) continue;
    for (const auto* run : entry.runs)
      html += fmt::format(
          "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td><code>{}</code></td></tr>\n",
          escaped(entry.label), run->replication, run->seed, escaped(run->fingerprint));
  }
  return html + "</tbody></table>";
}

}  // namespace

std::string counters_html(const Entries& entries) {
  std::vector<std::string> labels;
  for (const auto& entry : entries.all()) labels.push_back(entry.label);
  auto table = "<table class=\"detail numbers\">" + head_row("counter", labels) + "<tbody>\n";
  for (const auto& name : counters_of(entries)) {
    table += fmt::format("<tr><th scope=\"row\"><code>{}</code></th>", escaped(name));
    for (const auto& entry : entries.all())
      table += "<td>" + number_text(mean_of(entry, name)) + "</td>";
    table += "</tr>\n";
  }
  return in_details("All counters that are not zero, means over replications",
                    table + "</tbody></table>");
}

std::string parameters_html(const Entries& entries) {
  const auto& sources = entries.sources();
  const auto lines = parameter_lines(sources);
  return parameter_group("Different between the results",
                         those(lines, [](const auto& l) { return l.differs_between_sources(); }),
                         sources) +
         parameter_group("Set by the scenario",
                         those(lines, [](const auto& l) { return l.is_set(); }), sources) +
         in_details("Every parameter that has an effect", parameter_table(lines, sources));
}

std::string provenance_html(const Entries& entries) {
  std::string html;
  for (std::size_t i = 0; i < entries.sources().size(); ++i) {
    const auto& label = entries.sources()[i].label;
    const auto& result = entries.sources()[i].result;
    std::set<std::uint64_t> replications, seeds;
    std::uint64_t events = 0;
    for (const auto& run : result.runs) {
      replications.insert(run.replication);
      seeds.insert(run.seed);
      events += run.events;
    }
    if (entries.sources().size() > 1) html += "<h3>" + escaped(label) + "</h3>\n";
    html += fmt::format(
        "<table class=\"detail\"><tbody>\n"
        "<tr><th scope=\"row\">scenario</th><td>{}</td></tr>\n"
        "<tr><th scope=\"row\">its SHA-256</th><td><code>{}</code></td></tr>\n"
        "<tr><th scope=\"row\">faultpath</th><td>{}</td></tr>\n"
        "<tr><th scope=\"row\">seed</th><td>{}</td></tr>\n"
        "<tr><th scope=\"row\">replications</th><td>{}</td></tr>\n"
        "<tr><th scope=\"row\">events simulated</th><td>{}</td></tr>\n"
        "</tbody></table>\n",
        escaped(result.scenario.name), escaped(result.scenario.sha256), escaped(result.faultpath),
        fmt::join(seeds, ", "), replications.size(), number_text(static_cast<double>(events)));
    html += in_details("Fingerprints", fingerprints_html(entries, i));
  }
  return html;
}

}  // namespace faultpath::analysis::report
