// Looking cells up, or judging them by rule.
#include "scenarios/validation/walk_oddities.hpp"

#include <fmt/format.h>

namespace faultpath::scenarios {
namespace {

// The reference computes W of an ATS completion from the dirty bit before the hardware has set it.
bool is_stale_write(const CsvRow& row, const Answer& answer) {
  return answer.column == "aw" && row.text("aw") == "0" && answer.text == "1" &&
         row.text("n_wr") != "0";
}

// Where neither stage translates, the reference loses bits 63 to 56 of the address.
bool is_cut_address(const CsvRow& row, const Answer& answer) {
  if (answer.column != "pa" || row.empty("pa") || answer.text.empty()) return false;
  if (row.text("n_s1") != "0" || row.text("n_s2") != "0") return false;
  constexpr std::uint64_t kKept = (1ULL << 56) - 1;
  return row.text("pa") == fmt::format("{:x}", row.hex("iova") & kKept) &&
         answer.text == row.text("iova");
}

}  // namespace

void WalkOddities::add(const CsvTable& list) {
  for (std::size_t i = 0; i < list.rows(); ++i) {
    const CsvRow row = list.row(i);
    cells_[{row.text("file"), row.text("n"), row.text("field")}] = {row.text("reference"),
                                                                    row.text("plain_reading")};
  }
}

bool WalkOddities::excuse(const std::string& table, const CsvRow& row, const Answer& answer) const {
  if (cells_.empty()) return is_stale_write(row, answer) || is_cut_address(row, answer);
  const auto cell = cells_.find({table, row.text("n"), std::string(answer.column)});
  return cell != cells_.end() && cell->second.reference == row.text(answer.column) &&
         cell->second.plain == answer.text;
}

}  // namespace faultpath::scenarios
