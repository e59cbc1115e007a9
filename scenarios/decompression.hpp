// Text that may be compressed: recordings and what other tools wrote.
#pragma once

#include <functional>
#include <string>
#include <string_view>

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

/// Takes the pieces of a text one after the other. They are cut anywhere, also inside of a line.
using TextSink = std::function<void(std::string_view)>;

/// The text of a file as read_text() gives it, but in pieces: neither it nor the bytes of the file
/// are in memory at once. Only of what can be read once, as a pipe, the bytes are kept.
class TextPieces {
 public:
  explicit TextPieces(std::string path);

  /// The whole text, again with each call. Throws as read_text(), also between pieces.
  void read(const TextSink& sink) const;

 private:
  std::string path_;
  std::string bytes_;  // of what is no regular file
  bool regular_ = false;
};

/// As read_text(); the path "-" is standard input.
std::string read_input(const std::string& path);

/// What read_text() does with the bytes of a file of this name.
std::string text_of(std::string bytes, const std::string& name);

}  // namespace faultpath::scenarios
