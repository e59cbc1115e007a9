// What the standard streams can show.
#pragma once

namespace faultpath::cli {

/// stderr is a terminal, so a bar that redraws itself makes sense.
bool stderr_is_terminal();
/// stdout is a terminal that shows colours and nobody objects (NO_COLOR, TERM=dumb).
bool stdout_has_colour();

}  // namespace faultpath::cli
