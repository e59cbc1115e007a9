// Judges one scenario: everything that must hold whatever it says.
#pragma once

#include <string>

namespace faultpath::net {

struct Verdict {
  enum class Kind {
    refused,  ///< by lint, and by run in the same words
    ran,      ///< to its end
    stuck,    ///< which the run reported, and may be
    failed,
  };
  Kind kind = Kind::ran;
  std::string oracle;  ///< which has failed
  std::string detail;  ///< what it saw
};

/// Asks of the scenario at `path`, in this order:
///   lint and run   what the loader refuses, `run` refuses with the same message and status 2
///   status         a run ends with 0, or with 3 and says who waits for what
///   stuck          the latter only where the scenario says something that can come to that
///   time           in processor time proportional to what it did
///   laws           each run conserves requests and accesses, its stages tile, its gauges are in
///                  bounds
///   workers        other numbers of workers, and a run by device, with guests also by guest and by
///                  process, give the same result; the parts make up the whole
///   decoupling     so does running ahead of the clock, or not
/// Writes a file beside it.
Verdict judge(const std::string& path);

}  // namespace faultpath::net
