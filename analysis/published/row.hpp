// A row of a published table: what was measured, what a fitted law says, and how far they are off.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultpath::analysis {

/// What a row of a table is for.
enum class RowUse {
  fit,      ///< parameters are fitted to it
  predict,  ///< the fitted law has to predict it
  input     ///< a property of the experiment, given to the law
};

/// A number as it was printed: 0.1 stands for all values from 0.05 to 0.15.
struct Printed {
  double value = 0.0;
  double half_digit = 0.0;  ///< half a unit of the last digit
};

/// What a prediction may be off by, as the table's user states it.
struct RowLimit {
  double share = 0.0;     ///< 0.05: five per cent
  double of = 0.0;        ///< what it is a share of; 0: of the published value
  bool at_least = false;  ///< the prediction only has to reach the published value
};
inline constexpr RowLimit kTenPercent{.share = 0.10};

struct PublishedRow {
  std::string name;  ///< `host-sva, 1 MiB, 1000 times`
  std::string unit;
  RowUse use = RowUse::predict;
  std::optional<Printed> published{};  ///< absent: nobody has measured it, or it is kept back
  std::optional<double> predicted{};   ///< absent: no row to fit the law to; `note` says what lacks
  std::optional<RowLimit> limit{};     ///< absent: nobody states one
  std::string note{};

  /// Signed, as a share of what the limit is a share of. Absent without both values.
  std::optional<double> error() const;
  /// Absent when there is nothing to judge: no limit, no value, or the row was fitted to. A
  /// prediction is good when some value that rounds to the published one is within the limit.
  std::optional<bool> is_good() const;
};

/// What a law was fitted to, and what came out.
struct FittedParameter {
  std::string name;  ///< `cost of a fault`
  double value = 0.0;
  std::string unit;
  std::string rows{};  ///< names of the rows that it was fitted to
};

/// A table with its law applied.
struct PublishedReport {
  std::vector<FittedParameter> parameters;
  std::vector<PublishedRow> rows;  ///< in the order of the table

  const FittedParameter* find(std::string_view parameter) const;
};

/// `a; b`, as `FittedParameter::rows` has it.
void add_name(std::string& names, std::string_view name);

}  // namespace faultpath::analysis
