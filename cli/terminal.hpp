// What the standard streams can show.
#pragma once

#include <cstddef>

namespace faultpath::cli {

/// What a text for people may look like. The default is that of files and pipes.
struct Display {
  std::size_t columns = 100;  ///< the most of a line
  bool colour = false;
  bool utf8 = true;  ///< else charts are drawn in ASCII
};

/// stderr is a terminal, so a bar that redraws itself makes sense.
bool stderr_is_terminal();

/// That of stdout. Columns are those of COLUMNS, else of the terminal, at most those of a file.
/// Colours are for terminals, unless somebody objects (NO_COLOR, TERM=dumb). Whether text is UTF-8
/// is what LC_ALL, LC_CTYPE or LANG say.
Display stdout_display();

}  // namespace faultpath::cli
