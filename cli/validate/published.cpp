// Tables for people and for machines.
#include "cli/validate/published.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "analysis/json.hpp"
#include "cli/output.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/usage_error.hpp"
#include "cli/validate/published_tables.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::cli {
namespace {

using analysis::Json;
using analysis::PublishedRow;
using analysis::RowUse;

std::string shipped_tables() {
  const std::filesystem::path below = "validation/published";
  std::error_code missing;
  for (const std::filesystem::path root : {"scenarios", FAULTPATH_SCENARIOS})
    if (std::filesystem::is_directory(root / below, missing)) return (root / below).string();
  throw UsageError(
      "validate: found no folder scenarios/validation/published; --dir says where tables are");
}

std::string_view text_of(RowUse use) {
  switch (use) {
    case RowUse::fit:
      return "fit";
    case RowUse::predict:
      return "predict";
    case RowUse::input:
      return "input";
  }
  return "";
}

std::string digits_of(double value) {
  return value >= 1e4 ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
}

bool is_in_points(const PublishedRow& row) { return row.limit && row.limit->of > 0.0; }

// `pt`: percentage points of what the limit is a share of.
std::string_view unit_of_share(const PublishedRow& row) { return is_in_points(row) ? "pt" : "%"; }

std::string error_text(const PublishedRow& row) {
  const auto error = row.error();
  if (!error) return "-";
  const double tenths = std::round(1000.0 * *error) + 0.0;  // no -0
  return fmt::format("{:+.1f} {}", tenths / 10.0, unit_of_share(row));
}

std::string limit_text(const PublishedRow& row) {
  if (!row.limit || row.use == RowUse::fit) return "-";
  if (row.limit->at_least) return "at least";
  return fmt::format("{:g} {}", 100.0 * row.limit->share, unit_of_share(row));
}

Cell verdict(const PublishedRow& row) {
  const auto good = row.is_good();
  if (!good) return {"-", Style::dim};
  return *good ? Cell{"yes", Style::good} : Cell{"NO", Style::bad};
}

TableRow line_of(const PublishedRow& row) {
  return {"",
          row.name,
          {{std::string{text_of(row.use)}},
           {row.published ? digits_of(row.published->value) : "-"},
           {row.predicted ? digits_of(*row.predicted) : "-"},
           {error_text(row)},
           {limit_text(row)},
           verdict(row)}};
}

void print_rows(const PublishedTable& table) {
  print(fmt::format("{}: {}, {}\n", table.name, table.title, table.report.rows.front().unit));
  Table text{.header = {"use", "published", "predicted", "error", "limit", "ok"}, .rows = {}};
  for (const auto& row : table.report.rows)
    if (row.use != RowUse::input) text.rows.push_back(line_of(row));
  const auto display = stdout_display();
  print(table_text(text, display.columns, display.colour));
}

// A single row by its name.
std::string rows_text(const std::string& rows) {
  if (rows.empty()) return "assumed";
  const auto others = std::ranges::count(rows, ';');
  return others == 0 ? "from " + rows : fmt::format("from {} rows", others + 1);
}

void print_parameters(const PublishedTable& table) {
  for (const auto& parameter : table.report.parameters) {
    const auto unit = parameter.unit.empty() ? "" : " " + parameter.unit;
    print(fmt::format("  {} = {:.4g}{} ({})\n", parameter.name, parameter.value, unit,
                      rows_text(parameter.rows)));
  }
}

struct Count {
  int judged = 0, good = 0, without_limit = 0;
};

Count count(const PublishedTable& table) {
  Count result;
  for (const auto& row : table.report.rows) {
    if (row.use != RowUse::predict) continue;
    const auto good = row.is_good();
    result.judged += good.has_value();
    result.good += good.value_or(false);
    result.without_limit += row.predicted && !good;
  }
  return result;
}

void print_count(const PublishedTable& table) {
  const auto [judged, good, without_limit] = count(table);
  print(fmt::format("  {} of {} predictions within their limit, {} not judged\n", good, judged,
                    without_limit));
  std::vector<std::pair<std::string, int>> notes;  // in the order of the rows
  for (const auto& row : table.report.rows) {
    if (row.use != RowUse::predict || row.predicted) continue;
    const auto found = std::ranges::find(notes, row.note, &std::pair<std::string, int>::first);
    if (found == notes.end()) {
      notes.emplace_back(row.note, 1);
    } else {
      ++found->second;
    }
  }
  for (const auto& [note, rows] : notes) print(fmt::format("  {} not predicted: {}\n", rows, note));
}

Json json_of(const PublishedRow& row) {
  Json json{{"row", row.name}, {"unit", row.unit}, {"use", text_of(row.use)}};
  const auto put = [&](const char* key, const auto& value) {
    json[key] = value ? Json(*value) : Json();
  };
  put("published", row.published ? std::optional(row.published->value) : std::nullopt);
  put("predicted", row.predicted);
  put("error", row.error());
  const bool has_share = row.limit && !row.limit->at_least;
  put("limit", has_share ? std::optional(row.limit->share) : std::nullopt);
  json["relation"] = row.limit && row.limit->at_least ? "at-least" : "equals";
  put("ok", row.is_good());
  if (!row.note.empty()) json["note"] = row.note;
  return json;
}

Json json_of(const PublishedTable& table) {
  Json json{{"table", table.name}, {"title", table.title}, {"file", table.file}};
  json["parameters"] = Json::array();
  for (const auto& [name, value, unit, rows] : table.report.parameters) {
    json["parameters"].push_back(
        {{"name", name}, {"value", value}, {"unit", unit}, {"rows", rows}});
  }
  json["rows"] = Json::array();
  for (const auto& row : table.report.rows) json["rows"].push_back(json_of(row));
  return json;
}

void print_json(const PublishedTables& tables, bool good) {
  Json json{{"good", good}, {"missing", tables.missing}, {"tables", Json::array()}};
  for (const auto& table : tables.tables) json["tables"].push_back(json_of(table));
  print(json.dump(2) + "\n");
}

}  // namespace

bool validate_published(const std::string& folder, bool json) {
  const auto tables = read_published(folder.empty() ? shipped_tables() : folder);
  const bool good = std::ranges::all_of(tables.tables, [](const auto& table) {
    const auto result = count(table);
    return result.good == result.judged;
  });
  if (json) {
    print_json(tables, good);
    return good;
  }
  for (const auto& table : tables.tables) {
    print_rows(table);
    print_parameters(table);
    print_count(table);
    print("\n");
  }
  if (!tables.missing.empty()) {
    print(fmt::format("skipped, for there is no such file: {}\n", fmt::join(tables.missing, ", ")));
  }
  return good;
}

}  // namespace faultpath::cli
