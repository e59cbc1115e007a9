// The table of importers, and what all of them share.
#include "scenarios/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "scenarios/config_error.hpp"
#include "scenarios/decompression.hpp"
#include "scenarios/importers.hpp"
#include "scenarios/suggestion.hpp"
#include "scenarios/trace_file.hpp"

namespace faultpath::scenarios {
namespace {

void import_csv(const Recording& recording, const TraceSink& sink) {
  const auto trace = parse_trace(recording.text, recording.name);
  if (recording.options.keep_times && !trace->timed) {
    fail_without_times(recording.name, "this trace");
  }
  for (const auto& entry : trace->entries) sink(entry);
}

struct KnownFormat {
  ImportFormat format;
  Importer importer;
};

const std::vector<KnownFormat>& known_formats() {
  static const std::vector<KnownFormat> kFormats{
      {{"lackey", "memory accesses of a program: valgrind --tool=lackey --trace-mem=yes"},
       import_lackey},
      {{"fio", "I/O of fio: --write_iolog, version 2 or 3"}, import_fio},
      {{"blktrace", "requests to block devices: blktrace -o - | blkparse -i -"}, import_blktrace},
      {{"ftrace",
        "IOMMU events of Linux (map, io_page_fault, prq_report): tracefs, trace-cmd report, perf "
        "script"},
       import_ftrace},
      {{"csv", "a faultpath trace, to check, compress or strip of its times"}, import_csv}};
  return kFormats;
}

Importer importer_of(const std::string& format, const std::string& in) {
  std::vector<std::string> names;
  for (const auto& known : known_formats()) {
    if (known.format.name == format) return known.importer;
    names.push_back(known.format.name);
  }
  throw ConfigError({std::make_shared<Source>(Source{in, {}}), 0, 0}, {},
                    fmt::format("cannot be imported as '{}'; known are {}", format, listed(names)),
                    nearest(format, names));
}

class Counter {
 public:
  void add(const models::Operation& operation) {
    const auto first = models::page_of(operation.address).value;
    const auto last = (operation.address.value + (operation.bytes - 1)) / models::kPageBytes;
    ++counts_.accesses;
    ++(operation.write ? counts_.writes : counts_.reads);
    counts_.pages_touched += last - first + 1;
    for (auto page = first; page <= last; ++page) {
      if (page != latest_) pages_.insert(page);
      latest_ = page;
    }
  }
  ImportCounts total() {
    counts_.distinct_pages = pages_.size();
    return counts_;
  }

 private:
  ImportCounts counts_;
  std::unordered_set<std::uint64_t> pages_;
  std::uint64_t latest_ = UINT64_MAX;
};

}  // namespace

void fail_without_times(const std::string& name, const char* format) {
  throw file_error(name, fmt::format("{} records no times, so there are none to keep", format));
}

const std::vector<ImportFormat>& import_formats() {
  static const auto kFormats = [] {
    std::vector<ImportFormat> formats;
    for (const auto& known : known_formats()) formats.push_back(known.format);
    return formats;
  }();
  return kFormats;
}

ImportCounts import_trace(const std::string& format, const std::string& in, const std::string& out,
                          const ImportOptions& options) {
  const std::string name = shown_name(in);
  const Importer importer = importer_of(format, name);
  TraceWriter writer(out, options.keep_times);
  const std::string text = read_input(in);
  Counter counter;
  importer({name, text, options}, [&](const models::TraceEntry& entry) {
    writer.write(entry);
    counter.add(entry.operation);
  });
  const auto counts = counter.total();
  if (counts.accesses == 0) throw file_error(name, "holds no accesses");
  writer.commit();
  return counts;
}

}  // namespace faultpath::scenarios
