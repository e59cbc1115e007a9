// Cutting and cleaning text.
#include "scenarios/excerpt.hpp"

#include <algorithm>

namespace faultpath::scenarios {
namespace {

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::string excerpt(std::string_view text, std::size_t most) {
  std::size_t end = std::min(text.size(), most);
  while (end < text.size() && end > 0 && continues_a_character(text[end])) --end;
  std::string shown(text.substr(0, end));
  std::ranges::replace_if(shown, is_control, '?');
  return end < text.size() ? shown + "..." : shown;
}

}  // namespace faultpath::scenarios
