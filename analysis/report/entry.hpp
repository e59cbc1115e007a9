// What a report shows: the cases of one or several results, each under a label of its own.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "analysis/result.hpp"
#include "analysis/summary.hpp"

namespace faultpath::analysis::report {

/// What a report is drawn with is not there; what() is one line that says how to get it.
class Missing : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A key of the scenario with the value that the result was made with.
struct Parameter {
  std::string path;  ///< `iommu.queue_entries`
  std::string value;
  std::optional<std::string> standard;  ///< the default; absent when there is none
  std::string meaning;

  bool is_standard() const { return standard && *standard == value; }
};

/// A result to show, under a label that no other source of the report has.
struct Source {
  std::string label;
  Result result;
  std::vector<Parameter> parameters;
};

/// One case. Points into its source.
struct Entry {
  std::string label;  ///< unique in the report
  std::size_t source = 0;
  const Entry* base = nullptr;  ///< the first case of its source; null for itself
  std::vector<const Run*> runs;
  Summary summary;
  std::optional<Summary> change;  ///< paired differences to `base`

  const Run& first() const { return *runs.front(); }
};

/// The entries of all sources, in order; `base` points within. Labels carry that of their source
/// when there are several sources.
class Entries {
 public:
  explicit Entries(const std::vector<Source>& sources);
  Entries(const Entries&) = delete;
  Entries& operator=(const Entries&) = delete;

  const std::vector<Entry>& all() const { return entries_; }
  const std::vector<Source>& sources() const { return sources_; }
  double confidence() const { return sources_.front().result.confidence; }

 private:
  const std::vector<Source>& sources_;
  std::vector<Entry> entries_;
};

}  // namespace faultpath::analysis::report
