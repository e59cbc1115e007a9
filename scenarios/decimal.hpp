// A decimal number as it is written, before a unit gives it a meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultpath::scenarios {

/// digits * 10^exponent; `digits` are the first of those that are written, as many as fit into 64
/// bits.
struct Decimal {
  bool negative = false;
  bool full = false;  ///< there are more digits
  bool cut = false;   ///< and not all of them are zero
  std::uint64_t digits = 0;
  int exponent = 0;

  double to_double() const;
};

/// The result of scaling a decimal to a whole number.
enum class Whole { exact, fraction, too_large };
struct Scaled {
  Whole outcome = Whole::exact;
  std::uint64_t value = 0;  ///< only if exact
};

/// |decimal| * factor, as a whole number up to `most`.
Scaled scaled(const Decimal& decimal, std::uint64_t factor, std::uint64_t most);

/// The number at the beginning of a text, and the text after it without leading blanks.
struct NumberAndRest {
  Decimal number;
  std::string_view rest;
};
/// Returns nothing when the text does not begin with a number.
std::optional<NumberAndRest> split_number(std::string_view text);

}  // namespace faultpath::scenarios
