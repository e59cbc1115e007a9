// Exact arithmetic on decimal numbers.
#include "scenarios/decimal.hpp"

#include <fmt/format.h>

#include <cctype>
#include <charconv>

namespace faultpath::scenarios {
namespace {

__extension__ using Wide = unsigned __int128;

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// Takes the digits at the beginning of `text` into `number`; how many there were.
int take_digits(std::string_view& text, Decimal& number, bool fraction) {
  int taken = 0;
  for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1), ++taken) {
    const auto digit = static_cast<std::uint64_t>(text[0] - '0');
    number.full = number.full || number.digits > (UINT64_MAX - digit) / 10;
    if (number.full) {
      number.cut = number.cut || digit != 0;
      number.exponent += fraction ? 0 : 1;
      continue;
    }
    number.digits = number.digits * 10 + digit;
    if (fraction) --number.exponent;
  }
  return taken;
}

// Reads an exponent such as "e6" or "E-3". Any other text, such as the unit "eggs", is left alone.
void take_exponent(std::string_view& text, Decimal& number) {
  if (text.empty() || (text[0] != 'e' && text[0] != 'E')) return;
  const auto* first = text.data() + 1;
  const auto* end = text.data() + text.size();
  if (first != end && *first == '+') ++first;
  int exponent = 0;
  const auto [after, error] = std::from_chars(first, end, exponent);
  if (error != std::errc{} || exponent < -40 || exponent > 40) return;
  number.exponent += exponent;
  text.remove_prefix(static_cast<std::size_t>(after - text.data()));
}

}  // namespace

double Decimal::to_double() const {
  const std::string text = fmt::format("{}e{}", digits, exponent);
  double value = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return negative ? -value : value;
}

Scaled scaled(const Decimal& decimal, std::uint64_t factor, std::uint64_t most) {
  Wide value = Wide{decimal.digits} * factor;
  if (value == 0) return {};
  int exponent = decimal.exponent;
  if (decimal.cut) return {exponent > 0 ? Whole::too_large : Whole::fraction, 0};
  for (; exponent < 0; ++exponent, value /= 10) {
    if (value % 10 != 0) return {Whole::fraction, 0};
  }
  for (; exponent > 0 && value <= most; --exponent) value *= 10;
  if (exponent > 0 || value > most) return {Whole::too_large, 0};
  return {Whole::exact, static_cast<std::uint64_t>(value)};
}

std::optional<NumberAndRest> split_number(std::string_view text) {
  Decimal number;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    number.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int digits = take_digits(text, number, false);
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    digits += take_digits(text, number, true);
  }
  if (digits == 0) return std::nullopt;
  take_exponent(text, number);
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  return NumberAndRest{number, text};
}

}  // namespace faultpath::scenarios
