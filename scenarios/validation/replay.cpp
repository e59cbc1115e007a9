// Comparing rows.
#include "scenarios/validation/replay.hpp"

namespace faultpath::scenarios {

void compare_row(const CsvRow& row, std::string_view numbering, const std::vector<Answer>& answers,
                 const IsOddity& is_oddity, ReplayCount& count) {
  bool good = true;
  for (const Answer& answer : answers) {
    const std::string& expected = row.text(answer.column);
    if (expected == answer.text) continue;
    if (is_oddity(row, answer)) {
      ++count.oddities;
      continue;
    }
    good = false;
    if (!count.first) {
      count.first =
          Mismatch{row.file(), row.line(), row.text(numbering), std::string(answer.column),
                   expected,   answer.text};
    }
  }
  ++count.rows;
  count.matched += good;
}

}  // namespace faultpath::scenarios
