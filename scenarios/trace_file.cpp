// Reading and writing traces.
#include "scenarios/trace_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "scenarios/declare/type.hpp"
#include "scenarios/decompression.hpp"
#include "scenarios/excerpt.hpp"
#include "scenarios/line_reader.hpp"
#include "scenarios/quantity.hpp"

namespace faultpath::scenarios {
namespace {

constexpr std::size_t kColumns = 6;
using Columns = std::array<std::string_view, kColumns>;

// PCIe 6.20: 20 bits.
constexpr std::uint64_t kMostPasid = (1U << 20) - 1;

Columns split(const LineReader& reader) {
  Columns columns;
  std::string_view rest = reader.line();
  std::size_t count = 0;
  while (count < kColumns) {
    const auto comma = rest.find(',');
    columns[count++] = rest.substr(0, comma);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
    if (count == kColumns) reader.fail(fmt::format("more than {} columns", kColumns));
  }
  if (count < kColumns) {
    reader.fail(
        fmt::format("expected {} columns, found {}; the trace may be truncated", kColumns, count));
  }
  return columns;
}

std::uint64_t address_of(const LineReader& reader, std::string_view text) {
  if (text.starts_with("0x")) return reader.number(text.substr(2), "address", 16);
  return reader.number(text, "address");
}

std::uint32_t up_to(const LineReader& reader, std::string_view text, std::uint64_t most,
                    const char* what) {
  const auto value = reader.number(text, what);
  if (value > most) reader.fail(fmt::format("{}: at most {}, found {}", what, most, value));
  return static_cast<std::uint32_t>(value);
}

sim::Time time_of(const LineReader& reader, std::string_view text) {
  try {
    const auto time = parse_duration(excerpt(text) + "ns");
    if (time <= kLongestRun) return sim::Time{time};
    reader.fail("time_ns: beyond " + duration_text(kLongestRun));
  } catch (const BadValue& bad) {
    reader.fail("time_ns: " + bad.message);
  }
}

bool is_write(const LineReader& reader, std::string_view text) {
  if (text != "r" && text != "w")
    reader.fail(fmt::format("rw: expected r or w, found '{}'", excerpt(text)));
  return text == "w";
}

void append_nanoseconds(fmt::memory_buffer& line, sim::Time time) {
  constexpr std::int64_t kPicoseconds = 1000;
  const auto count = time.time_since_epoch().count();
  fmt::format_to(std::back_inserter(line), "{}", count / kPicoseconds);
  if (count % kPicoseconds == 0) return;
  fmt::format_to(std::back_inserter(line), ".{:03}", count % kPicoseconds);
}

using Pieces = std::function<void(const TextSink&)>;

class Reader {
 public:
  explicit Reader(const std::string& path) : lines_(path, {}) { data_.file = path; }

  // `pieces` gives the text twice: first its lines are counted, so that the entries take no more
  // memory than they need.
  models::TraceData read(const Pieces& pieces) {
    std::size_t lines = 0;
    pieces([&](std::string_view piece) {
      lines += static_cast<std::size_t>(std::ranges::count(piece, '\n'));
    });
    data_.entries.reserve(lines);
    pieces([&](std::string_view piece) { take(piece); });
    read_lines(cut_);
    if (!begun_) lines_.fail("the trace is empty");
    if (data_.entries.empty()) lines_.fail("the trace has no accesses");
    return std::move(data_);
  }

 private:
  void take(std::string_view piece) {
    const auto first = piece.find('\n') + 1;  // 0: there is none
    cut_ += piece.substr(0, first == 0 ? piece.size() : first);
    if (first == 0) return;
    read_lines(cut_);
    piece.remove_prefix(first);
    const auto last = piece.rfind('\n') + 1;
    read_lines(piece.substr(0, last));
    cut_ = piece.substr(last);
  }

  void read_lines(std::string_view text) {
    lines_.go_on(text);
    if (!begun_) read_header();
    while (lines_.next_filled()) add(split(lines_));
  }
  void read_header() {
    begun_ = lines_.next();
    if (begun_ && lines_.line() != kTraceHeader) {
      lines_.fail(fmt::format("not a faultpath trace: the first line must be '{}'", kTraceHeader));
    }
  }

  void add(const Columns& columns) {
    const auto& [time, device, pasid, address, bytes, rw] = columns;
    models::TraceEntry entry;
    const auto start = address_of(lines_, address);
    entry.operation = lines_.access(start, lines_.number(bytes, "bytes"), is_write(lines_, rw));
    entry.device = up_to(lines_, device, std::numeric_limits<std::uint32_t>::max(), "device");
    entry.pasid = up_to(lines_, pasid, kMostPasid, "pasid");
    set_time(entry, time);
    data_.entries.push_back(entry);
  }

  void set_time(models::TraceEntry& entry, std::string_view text) {
    const bool timed = !text.empty();
    if (data_.entries.empty()) data_.timed = timed;
    if (timed != data_.timed) lines_.fail("time_ns: a time on every line, or on none");
    if (!timed) return;
    entry.at = time_of(lines_, text);
    if (!data_.entries.empty() && entry.at < data_.entries.back().at) {
      lines_.fail("time_ns: earlier than on the line before");
    }
  }

  LineReader lines_;
  std::string cut_;     // the beginning of a line that goes on in the next piece
  bool begun_ = false;  // the header has been read
  models::TraceData data_;
};

}  // namespace

models::Trace parse_trace(const std::string& text, const std::string& name) {
  const Pieces whole = [&](const TextSink& sink) { sink(text); };
  return std::make_shared<const models::TraceData>(Reader(name).read(whole));
}

models::Trace read_trace(const std::string& path) {
  const TextPieces text(path);
  const Pieces pieces = [&](const TextSink& sink) { text.read(sink); };
  return std::make_shared<const models::TraceData>(Reader(path).read(pieces));
}

TraceWriter::TraceWriter(const std::string& path, bool timed) : out_(path), timed_(timed) {
  out_.write(std::string(kTraceHeader) + "\n");
}

void TraceWriter::write(const models::TraceEntry& entry) {
  fmt::memory_buffer line;
  if (timed_) append_nanoseconds(line, entry.at);
  const auto& operation = entry.operation;
  fmt::format_to(std::back_inserter(line), ",{},{},{:#x},{},{}\n", entry.device, entry.pasid,
                 operation.address.value, operation.bytes, operation.write ? 'w' : 'r');
  out_.write({line.data(), line.size()});
}

}  // namespace faultpath::scenarios
