// Edit distance between words.
#include "scenarios/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace faultpath::scenarios {
namespace {

// An edit weighs as much as sixteen letters of the wrong case, so that those cost something.
constexpr std::size_t kEdit = 16;
constexpr std::size_t kWrongCase = 1;

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::size_t replacement(char a, char b) {
  if (a == b) return 0;
  return lower(a) == lower(b) ? kWrongCase : kEdit;
}

// Optimal string alignment: rows of the usual table, two of them remembered for swaps.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j * kEdit;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i * kEdit;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min(
          {last[j] + kEdit, row[j - 1] + kEdit, last[j - 1] + replacement(a[i - 1], b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + kEdit);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kLongestWord = 200;
  if (word.size() > kLongestWord) return {};
  // One edit in three letters is a slip; more is another word.
  std::size_t best = kEdit * std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string found;
  for (const auto& candidate : known) {
    const std::size_t edits = distance(word, candidate);
    if (edits < best && edits < kEdit * candidate.size()) {
      best = edits;
      found = candidate;
    }
  }
  return found;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::string hint_for(std::string_view word, const std::vector<std::string>& known) {
  const auto near = nearest(word, known);
  return near.empty() ? "expected " + listed(known) : fmt::format("did you mean '{}'?", near);
}

}  // namespace faultpath::scenarios
