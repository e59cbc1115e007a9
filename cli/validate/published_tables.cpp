// One reader for each table.
#include "cli/validate/published_tables.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "analysis/published/delivery_rate.hpp"
#include "analysis/published/fault_cost.hpp"
#include "analysis/published/fault_rate.hpp"
#include "analysis/published/fault_stages.hpp"
#include "analysis/published/guest_sync.hpp"
#include "analysis/published/migration_ratio.hpp"
#include "analysis/published/pin_time.hpp"
#include "analysis/published/table_cost.hpp"
#include "cli/usage_error.hpp"
#include "cli/validate/published_cells.hpp"
#include "scenarios/config_error.hpp"

namespace faultpath::cli {
namespace {

using analysis::PublishedReport;
using scenarios::CsvRow;
using scenarios::CsvTable;

// Every table may say where its rows are from.
constexpr std::string_view kOptional[] = {"source"};

template <class Row>
std::vector<Row> rows_of(const CsvTable& table, Row (*read)(const CsvRow&)) {
  if (table.rows() == 0)
    throw scenarios::file_error(table.name(), "expected a row below the header", 1);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < table.rows(); ++i) rows.push_back(read(table.row(i)));
  return rows;
}

analysis::FaultCostRow fault_cost_row(const CsvRow& row) {
  const double kib = positive(row, "message_kib");
  const double times = positive(row, "times");
  const double without = positive(row, "without_faults_kib_s");
  const auto with = printed(row, "with_faults_kib_s");
  if (use_of(row) == analysis::RowUse::fit && with->value >= without)
    row.fail("with_faults_kib_s", "less than without_faults_kib_s, for a fault takes time");
  return {.name = fmt::format("{}, {:g} KiB, {:g} {}", row.text("case"), kib, times,
                              times == 1.0 ? "time" : "times"),
          .use = use_of(row),
          .message_kib = kib,
          .times = times,
          .without_faults = without,
          .faults = positive(row, "faults"),
          .handler_us = real_or_zero(row, "handler_us"),
          .with_faults = with};
}

PublishedReport fault_cost(const CsvTable& table) {
  constexpr std::string_view kRequired[] = {
      "case", "message_kib", "times", "without_faults_kib_s", "faults", "with_faults_kib_s", "use"};
  constexpr std::string_view kMore[] = {"handler_us", "source"};
  table.expect_columns(kRequired, kMore);
  return fit_fault_cost(rows_of(table, fault_cost_row));
}

// `p99`, `p99.9`, or as results have it `p999`.
bool is_percentile(std::string_view quantity) {
  double percent = 0.0;
  if (!quantity.starts_with('p')) return false;
  std::string digits(quantity.substr(1));
  if (digits.starts_with("99") && digits.find('.') == digits.npos) digits.insert(2, ".");
  const auto* const end = digits.data() + digits.size();
  const auto [after, error] = std::from_chars(digits.data(), end, percent);
  return error == std::errc{} && after == end && percent > 0.0 && percent < 100.0;
}

void expect_quantity(const CsvRow& row) {
  const std::string_view quantity = row.text("quantity");
  for (const std::string_view kind : {"stage:", "other:"})
    if (quantity.starts_with(kind) && quantity.size() > kind.size()) return;
  for (const std::string_view known : {"total", "max", "unbatched"})
    if (quantity == known) return;
  if (!is_percentile(quantity))
    row.fail("quantity", "stage:NAME, other:NAME, total, unbatched, max or a percentile as p99");
}

analysis::FaultStageRow fault_stage_row(const CsvRow& row) {
  constexpr std::string_view kRelations[] = {"equals", "at-least"};
  expect_quantity(row);
  return {.pages = positive(row, "pages"),
          .quantity = row.text("quantity"),
          .use = use_of(row),
          .at_least = row.has("relation") && word(row, "relation", kRelations) == 1,
          .time = printed(row, "time_us")};
}

PublishedReport fault_stages(const CsvTable& table) {
  constexpr std::string_view kRequired[] = {"pages", "quantity", "time_us", "use"};
  constexpr std::string_view kMore[] = {"relation", "source"};
  table.expect_columns(kRequired, kMore);
  return fit_fault_stages(rows_of(table, fault_stage_row));
}

// `2^-12` or a number.
double probability_of(const CsvRow& row) {
  constexpr std::string_view kColumn = "probability";
  std::string_view text = row.text(kColumn);
  if (!text.starts_with("2^-")) {
    const double value = positive(row, kColumn);
    if (value > 1.0) row.fail(kColumn, "a probability");
    return value;
  }
  text.remove_prefix(3);
  unsigned exponent = 0;
  const auto [after, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc{} || after != text.data() + text.size() || exponent > 1000)
    row.fail(kColumn, "a number or 2^-N");
  return std::ldexp(1.0, -static_cast<int>(exponent));
}

analysis::FaultRateRow fault_rate_row(const CsvRow& row) {
  constexpr std::string_view kReactions[] = {"wait", "drop", "backup-ring"};
  const auto reaction = static_cast<analysis::FaultReaction>(word(row, "reaction", kReactions));
  const bool has_window = reaction == analysis::FaultReaction::backup_ring;
  if (!has_window && !row.empty("window_packets"))
    row.fail("window_packets", "nothing where no packet is set aside");
  const double io_us = real_or_zero(row, "io_us");
  return {.network = row.text("network"),
          .fault = row.text("fault"),
          .reaction = reaction,
          .probability = probability_of(row),
          .line_gb_s = positive(row, "line_gb_s"),
          .window = has_window ? positive(row, "window_packets") : 0.0,
          .io_us = io_us,
          .packet_bytes = io_us > 0.0 ? positive(row, "packet_bytes") : 0.0,
          .use = use_of(row),
          .gb_s = printed(row, "throughput_gb_s")};
}

PublishedReport fault_rate(const CsvTable& table) {
  constexpr std::string_view kRequired[] = {"network",         "fault",     "reaction",
                                            "probability",     "line_gb_s", "window_packets",
                                            "throughput_gb_s", "use"};
  constexpr std::string_view kMore[] = {"io_us", "packet_bytes", "source"};
  table.expect_columns(kRequired, kMore);
  return fit_fault_rate(rows_of(table, fault_rate_row));
}

analysis::PinTimeRow pin_time_row(const CsvRow& row) {
  const double threads = positive(row, "threads");
  if (threads < 1.0) row.fail("threads", "at least 1");
  return {.memory = fmt::format("{} {}", row.text("pages"),
                                row.flag("populated") ? "populated" : "absent"),
          .gib = positive(row, "gib"),
          .threads = threads,
          .counted_pages = positive(row, "counted_pages"),
          .use = use_of(row),
          .seconds = printed(row, "seconds")};
}

PublishedReport pin_time(const CsvTable& table) {
  constexpr std::string_view kRequired[] = {"pages",         "populated", "gib", "threads",
                                            "counted_pages", "seconds",   "use"};
  table.expect_columns(kRequired, kOptional);
  return fit_pin_time(rows_of(table, pin_time_row));
}

std::optional<double> positive_if_given(const CsvRow& row, std::string_view column) {
  if (!row.has(column) || row.empty(column)) return std::nullopt;
  return positive(row, column);
}

// A closed network is solved in the square of its customers.
constexpr double kMostCores = 4096.0;

analysis::GuestSyncRow guest_sync_row(const CsvRow& row) {
  constexpr std::string_view kQuantities[] = {"qi_submit_sync", "tlb_sync"};
  const double cores = positive(row, "cores");
  if (cores < 1.0 || cores != std::floor(cores)) row.fail("cores", "a whole number");
  if (cores > kMostCores) row.fail("cores", "at most 4096");
  return {
      .cores = cores,
      .quantity = static_cast<analysis::GuestSyncRow::Quantity>(word(row, "quantity", kQuantities)),
      .between_us = positive_if_given(row, "between_us"),
      .socket_cores = positive_if_given(row, "socket_cores"),
      .use = use_of(row),
      .time_us = printed(row, "time_us")};
}

PublishedReport guest_sync(const CsvTable& table) {
  constexpr std::string_view kRequired[] = {"cores", "quantity", "time_us", "use"};
  constexpr std::string_view kMore[] = {"between_us", "socket_cores", "source"};
  table.expect_columns(kRequired, kMore);
  return fit_guest_sync(rows_of(table, guest_sync_row));
}

analysis::TableCostRow table_cost_row(const CsvRow& row) {
  return {.table = fmt::format("{}, {}", row.text("format"), row.text("code")),
          .operation = row.text("operation"),
          .page = row.text("page"),
          .entries = positive(row, "entries"),
          .use = use_of(row),
          .nanoseconds = printed(row, "time_ns")};
}

PublishedReport table_cost(const CsvTable& table) {
  constexpr std::string_view kRequired[] = {"format",  "code",    "operation", "page",
                                            "entries", "time_ns", "use"};
  table.expect_columns(kRequired, kOptional);
  return fit_table_cost(rows_of(table, table_cost_row));
}

// A share of a whole, of which something is left.
double percent_of(const CsvRow& row, std::string_view column) {
  const double value = positive(row, column);
  if (value >= 100.0) row.fail(column, "per cent below 100");
  return value;
}

analysis::MigrationRatioRow migration_ratio_row(const CsvRow& row) {
  using Quantity = analysis::MigrationRatioRow::Quantity;
  constexpr std::string_view kQuantities[] = {"share-after", "completion", "fault-ratio"};
  analysis::MigrationRatioRow result{
      .name = row.text("case"),
      .quantity = static_cast<Quantity>(word(row, "quantity", kQuantities)),
      .use = use_of(row),
      .percent = printed(row, "percent")};
  if (result.quantity == Quantity::fault_ratio) {
    if (result.use == analysis::RowUse::fit) row.fail("use", "predict: nothing is fitted");
    result.remote_us = positive(row, "remote_us");
    result.extra_us = positive(row, "extra_us");
    return result;
  }
  result.before = percent_of(row, "before_percent");
  if (!row.empty("percent")) percent_of(row, "percent");
  return result;
}

PublishedReport migration_ratio(const CsvTable& table) {
  constexpr std::string_view kRequired[] = {
      "quantity", "case", "before_percent", "remote_us", "extra_us", "percent", "use"};
  table.expect_columns(kRequired, kOptional);
  return fit_migration_ratio(rows_of(table, migration_ratio_row));
}

analysis::DeliveryRateRow delivery_rate_row(const CsvRow& row) {
  constexpr std::string_view kOf[] = {"all", "vcpu"};
  analysis::DeliveryRateRow result{.host = row.text("host"),
                                   .delivery = row.text("delivery"),
                                   .vcpus = positive(row, "vcpus"),
                                   .use = use_of(row),
                                   .each = word(row, "rate_of", kOf) == 1,
                                   .kilopages_s = printed(row, "kilopages_s")};
  if (result.vcpus < 1.0) row.fail("vcpus", "at least 1");
  return result;
}

PublishedReport delivery_rate(const CsvTable& table) {
  constexpr std::string_view kRequired[] = {"host",    "delivery",    "vcpus",
                                            "rate_of", "kilopages_s", "use"};
  table.expect_columns(kRequired, kOptional);
  return fit_delivery_rate(rows_of(table, delivery_rate_row));
}

struct Known {
  std::string_view name, file, title;
  PublishedReport (*fit)(const CsvTable& table);
};
constexpr Known kTables[] = {
    {"T1", "t1.csv", "what a fault adds to a transfer", fault_cost},
    {"T2", "t2.csv", "stages of a fault, and its percentiles", fault_stages},
    {"T3", "t3.csv", "throughput against the probability of a fault", fault_rate},
    {"T5", "t5.csv", "time to pin memory", pin_time},
    {"T6", "t6.csv", "invalidations from a guest", guest_sync},
    {"V1", "v1.csv", "mapping and unmapping in an I/O page table", table_cost},
    {"V3", "v3.csv", "ratios of a migration by post-copy", migration_ratio},
    {"V4", "v4.csv", "faults served in user space", delivery_rate}};

}  // namespace

PublishedTables read_published(const std::string& folder) {
  PublishedTables result;
  for (const auto& [name, file, title, fit] : kTables) {
    const auto path = folder + "/" + std::string{file};
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      result.missing.emplace_back(file);
      continue;
    }
    result.tables.push_back(
        {std::string{name}, std::string{title}, path, fit(CsvTable::read(path))});
  }
  if (result.tables.empty()) {
    throw UsageError(fmt::format("validate: {}: expected a folder with at least one of {}", folder,
                                 scenarios::listed(result.missing)));
  }
  return result;
}

}  // namespace faultpath::cli
