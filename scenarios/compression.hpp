// Files that may be compressed with zstd.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace faultpath::scenarios {

/// The text of a file; decompressed when it begins as zstd does, whatever its name. Throws
/// ConfigError when it cannot be read, is corrupt, or ends in the middle.
std::string read_text(const std::string& path);

/// Writes a file beside its final place and moves it there when it is complete, compressed when the
/// name ends in ".zst". Without commit() nothing is left.
class TextWriter {
 public:
  explicit TextWriter(std::string path);
  ~TextWriter();
  TextWriter(const TextWriter&) = delete;
  TextWriter& operator=(const TextWriter&) = delete;

  void write(std::string_view text);
  /// Throws ConfigError when the file could not be written.
  void commit();

 private:
  struct Stream;

  void flush(bool last);

  std::string path_;
  std::string partial_;
  std::string pending_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace faultpath::scenarios
