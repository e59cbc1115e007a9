// Imports the memory accesses of a program, as valgrind's tool lackey prints them.
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "scenarios/compression.hpp"
#include "scenarios/importers.hpp"
#include "scenarios/line_reader.hpp"

namespace faultpath::scenarios {

// " L address,bytes" loads, " S" stores, " M" does both and counts as one write. "I " are
// instructions, "==" remarks of valgrind.
void import_lackey(const std::string& path, bool keep_times, const TraceSink& sink) {
  if (keep_times) fail_without_times(path, "lackey");
  const std::string text = read_text(path);
  LineReader lines(path, text);
  while (lines.next()) {
    std::string_view line = lines.line();
    if (line.empty() || line.starts_with("I ") || line.starts_with("==")) continue;
    const bool known = line.size() > 3 && line[0] == ' ' && line[2] == ' ' &&
                       (line[1] == 'L' || line[1] == 'S' || line[1] == 'M');
    const auto comma = line.find(',');
    if (!known || comma == std::string_view::npos) {
      lines.fail(fmt::format("expected ' L address,bytes' of lackey, found '{}'", line));
    }
    const auto address = lines.number(line.substr(3, comma - 3), "address", 16);
    const auto bytes = lines.number(line.substr(comma + 1), "bytes");
    sink({lines.access(address, bytes, line[1] != 'L'), {}, 0, 0});
  }
}

}  // namespace faultpath::scenarios
