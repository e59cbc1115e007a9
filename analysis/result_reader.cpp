// One function for each part of the schema.
#include "analysis/result_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "analysis/json_reader.hpp"
#include "analysis/parts.hpp"

namespace faultpath::analysis {
namespace {

constexpr int kMostSubBits = 16;

std::vector<Histogram::Bucket> read_buckets(const JsonReader& reader, int sub_bits) {
  std::vector<Histogram::Bucket> buckets;
  const auto array = reader.array();
  buckets.reserve(array.size());
  reader.each_element([&](const JsonReader& pair) {
    std::array<std::uint64_t, 2> values{};
    if (pair.array().size() != values.size()) pair.fail("[low, count]", "an array");
    std::size_t filled = 0;
    pair.each_element([&](const JsonReader& value) { values[filled++] = value.whole(); });
    const auto low = static_cast<std::int64_t>(values[0]);
    if (low < 0 || low % Histogram::width(low, sub_bits) != 0)
      pair.fail("a low that begins a bucket", fmt::format("{}", values[0]));
    if (!buckets.empty() && buckets.back().low >= low)
      pair.fail("lows in ascending order", fmt::format("{} after {}", low, buckets.back().low));
    if (values[1] == 0) pair.fail("a count above 0", "0");
    buckets.push_back({low, values[1]});
  });
  return buckets;
}

Histogram read_histogram(const JsonReader& reader) {
  const auto unit = reader.at("unit");
  if (unit.text() != "ps") unit.fail("\"ps\"", '"' + unit.text() + '"');
  const auto bits = reader.at("sub_bits");
  const auto sub_bits = bits.whole();
  if (sub_bits < 1 || sub_bits > kMostSubBits)
    bits.fail(fmt::format("1 to {}", kMostSubBits), fmt::format("{}", sub_bits));
  const auto width = static_cast<int>(sub_bits);
  return {width, read_buckets(reader.at("buckets"), width)};
}

Distribution read_distribution(std::string_view name, const JsonReader& reader) {
  const auto value = [&](std::string_view key) { return reader.at(key).number(); };
  Distribution distribution{.name = std::string{name},
                            .count = reader.at("count").whole(),
                            .mean = value("mean"),
                            .stddev = value("stddev"),
                            .min = value("min"),
                            .max = value("max"),
                            .histogram = read_histogram(reader.at("histogram"))};
  if (distribution.histogram.count() != distribution.count)
    reader.fail(fmt::format("a histogram of {} values", distribution.count),
                fmt::format("{}", distribution.histogram.count()));
  return distribution;
}

std::string read_fingerprint(const JsonReader& reader) {
  auto text = reader.text();
  const bool good =
      text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!good) reader.fail("16 hexadecimal digits", '"' + text + '"');
  return text;
}

std::vector<Counter> read_counters(const JsonReader& reader) {
  std::vector<Counter> counters;
  reader.each_member([&](std::string_view name, const JsonReader& value) {
    counters.push_back({std::string{name}, value.whole()});
  });
  return counters;
}

std::vector<Distribution> read_distributions(const JsonReader& reader) {
  std::vector<Distribution> distributions;
  reader.each_member([&](std::string_view name, const JsonReader& value) {
    distributions.push_back(read_distribution(name, value));
  });
  return distributions;
}

void read_statistics(const JsonReader& reader, Run& run) {
  run.counters = read_counters(reader.at("counters"));
  reader.at("gauges").each_member([&](std::string_view name, const JsonReader& value) {
    run.gauges.push_back({std::string{name}, value.at("mean").number(), value.at("max").number(),
                          value.at("final").number()});
  });
  run.distributions = read_distributions(reader.at("distributions"));
  reader.at("stages_ns").each_member([&](std::string_view name, const JsonReader& value) {
    run.stages.push_back({std::string{name}, value.at("count").whole(), value.at("mean").number(),
                          value.at("p99").number()});
  });
}

constexpr std::size_t kDigits = 4;  // of a checkpoint

std::vector<std::uint16_t> read_checkpoints(const JsonReader& reader) {
  const auto digits = reader.text();
  std::vector<std::uint16_t> checkpoints;
  for (std::size_t at = 0; at < digits.size(); at += kDigits) {
    const char* const begin = digits.data() + at;
    const char* const end = digits.data() + std::min(at + kDigits, digits.size());
    std::uint16_t hash = 0;
    if (end - begin != kDigits || std::from_chars(begin, end, hash, 16).ptr != end)
      reader.fail("hexadecimal digits, four a checkpoint", '"' + digits + '"');
    checkpoints.push_back(hash);
  }
  return checkpoints;
}

Trail read_trail(const JsonReader& reader) {
  const auto step = reader.at("step_ns");
  Trail trail{step.number(), {}};
  if (trail.step_ns <= 0.0) step.fail("a time above 0", fmt::format("{}", trail.step_ns));
  reader.at("lanes").each_member([&](std::string_view component, const JsonReader& lane) {
    trail.lanes.push_back({std::string{component}, read_checkpoints(lane)});
    if (trail.lanes.back().checkpoints.size() != trail.lanes.front().checkpoints.size())
      lane.fail(fmt::format("{} checkpoints", trail.lanes.front().checkpoints.size()),
                fmt::format("{}", trail.lanes.back().checkpoints.size()));
  });
  return trail;
}

std::vector<Part> read_parts(const JsonReader& reader, const Run& run) {
  std::vector<Part> parts;
  reader.each_member([&](std::string_view name, const JsonReader& value) {
    const auto observed = value.find("observed");
    parts.push_back({std::string{name}, !observed || observed->boolean(),
                     read_counters(value.at("counters")),
                     read_distributions(value.at("distributions"))});
  });
  if (auto text = mismatch(parts, run)) reader.fail("parts that make up the run", *text);
  return parts;
}

void read_details(const JsonReader& reader, Run& run) {
  const auto take = [&](std::string_view key, Json& part) {
    if (const auto member = reader.find(key)) part = member->json();
  };
  take("series", run.series);
  take("blame_ns", run.blame_ns);
  take("blame_scopes_ns", run.blame_scopes_ns);
  if (const auto guests = reader.find("guests")) {
    run.guests = {guests->at("count").whole(), guests->at("backing").text()};
  }
  if (const auto by = reader.find("by")) {
    by->each_member([&](std::string_view dimension, const JsonReader& value) {
      run.by.push_back({std::string{dimension}, read_parts(value, run)});
    });
  }
}

Run read_run(const JsonReader& reader, Detail detail) {
  Run run;
  run.variant = reader.at("variant").text();
  run.strategy = reader.at("strategy").text();
  run.replication = reader.at("replication").whole();
  run.seed = reader.at("seed").whole();
  run.fingerprint = read_fingerprint(reader.at("fingerprint"));
  run.simulated_ns = reader.at("simulated_ns").number();
  run.measured_ns = reader.at("measured_ns").number();
  run.events = reader.at("events").whole();
  // What it cost on its machine, which a baseline does not keep.
  if (const auto wall = reader.find("wall_s")) run.wall_s = wall->number();
  if (const auto rss = reader.find("peak_rss_bytes")) run.peak_rss_bytes = rss->whole();
  read_statistics(reader, run);
  if (const auto trail = reader.find("trail")) run.trail = read_trail(*trail);
  if (detail == Detail::all) read_details(reader, run);
  return run;
}

std::vector<Run> read_runs(const JsonReader& reader, Detail detail) {
  std::vector<Run> runs;
  std::map<std::tuple<std::string, std::uint64_t, std::uint64_t>, std::size_t> seen;
  reader.each_element([&](const JsonReader& element) {
    auto run = read_run(element, detail);
    const auto [first, is_new] =
        seen.try_emplace({run.label(), run.seed, run.replication}, runs.size());
    if (!is_new) {
      element.fail("one run of each case, seed and replication",
                   fmt::format("{}, seed {}, replication {} as in runs[{}]", run.label(), run.seed,
                               run.replication, first->second));
    }
    runs.push_back(std::move(run));
  });
  return runs;
}

std::vector<HistoryEntry> read_history(const JsonReader& reader) {
  std::vector<HistoryEntry> history;
  reader.each_element([&](const JsonReader& entry) {
    history.push_back(
        {entry.at("date").text(), entry.at("faultpath").text(), entry.at("because").text()});
  });
  return history;
}

void check_schema(const JsonReader& reader) {
  const auto schema = reader.at("schema");
  if (schema.text() != kResultSchema)
    schema.fail(fmt::format("\"{}\"", kResultSchema), '"' + schema.text() + '"');
}

// Says where the text breaks off, which the fast parser does not.
[[noreturn]] void fail_syntax(std::string_view text, const std::string& file,
                              simdjson::error_code error) {
  std::string why = simdjson::error_message(error);
  try {
    static_cast<void>(Json::parse(text));
  } catch (const Json::parse_error& slow) {
    const std::string_view said = slow.what();
    const auto place = said.find("parse error at ");
    why = said.substr(place == std::string_view::npos ? 0 : place + 15);
  }
  throw ResultError(fmt::format("{}: expected a result in JSON; {}", file, why));
}

simdjson::dom::element parse(simdjson::dom::parser& parser, std::string_view text,
                             const std::string& file) {
  simdjson::dom::element root;
  const auto error = parser.parse(text.data(), text.size()).get(root);
  if (error != simdjson::SUCCESS) fail_syntax(text, file, error);
  return root;
}

}  // namespace

Result read_result(std::string_view text, const std::string& file, Detail detail) {
  simdjson::dom::parser parser;
  const JsonReader root{parse(parser, text, file), file};
  check_schema(root);
  const auto scenario = root.at("scenario");
  Result result{.faultpath = root.at("faultpath").text(),
                .scenario = {scenario.at("name").text(), scenario.at("sha256").text(),
                             scenario.at("resolved").json()},
                .runs = read_runs(root.at("runs"), detail),
                .history = {}};
  if (const auto confidence = root.find("confidence")) result.confidence = confidence->number();
  if (const auto history = root.find("history")) result.history = read_history(*history);
  if (const auto curve = root.find("curve")) result.curve = curve->json();
  return result;
}

Run read_run(std::string_view text, const std::string& file, Detail detail) {
  simdjson::dom::parser parser;
  return read_run(JsonReader{parse(parser, text, file), file}, detail);
}

}  // namespace faultpath::analysis
