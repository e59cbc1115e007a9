// Writing to standard output, which must not fail unseen, and to standard error, which may.
#pragma once

#include <stdexcept>
#include <string_view>

namespace faultpath::cli {

/// Standard output is closed, full, or read by nobody any more: exit status 2. what() is the
/// reason; empty when its reader has gone, as `head` does when it has seen enough.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Makes the standard streams safe to use: a closed one is opened so that no other file takes its
/// number, standard output then fails on the first byte, and a reader that has gone is an error
/// instead of a signal. To be called before anything else.
void open_standard_streams();

/// Writes to standard output. Throws OutputError.
void print(std::string_view text);
/// Passes on what is still in buffers. Throws OutputError.
void flush_output();
/// Writes to standard error; what cannot be written is lost.
void complain(std::string_view text);

}  // namespace faultpath::cli
