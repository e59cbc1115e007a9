// Text that may be compressed: recordings and what other tools wrote.
#pragma once

#include <string>

namespace faultpath::scenarios {

/// What stands for standard input and standard output in the place of a file.
inline constexpr const char* kStandardStream = "-";

/// How a file is called in messages.
std::string shown_name(const std::string& path);

/// The text of a file. It is decompressed when it begins as zstd, gzip or xz do, whatever its name,
/// also if several such parts follow one another; a byte order mark of UTF-8 is taken off. Throws
/// ConfigError when it cannot be read, is corrupt, ends in the middle, is compressed in another
/// known way, or is UTF-16.
std::string read_text(const std::string& path);

/// As read_text(); the path "-" is standard input.
std::string read_input(const std::string& path);

/// What read_text() does with the bytes of a file of this name.
std::string text_of(std::string bytes, const std::string& name);

}  // namespace faultpath::scenarios
