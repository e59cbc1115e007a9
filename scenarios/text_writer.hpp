// Writing a text file so that it is complete or absent, compressed or not.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace faultpath::scenarios {

/// Writes a file beside its final place and moves it there in commit(). Without commit() no file is
/// left. The file is compressed when its name ends in ".zst". "-" is standard output, and receives
/// nothing before commit(). A symbolic link is followed, and still points to the file afterwards.
class TextWriter {
 public:
  /// Throws ConfigError where the file cannot be made, and where something stands that is no
  /// regular file: a folder, a device, a FIFO.
  explicit TextWriter(const std::string& path);
  ~TextWriter();
  TextWriter(const TextWriter&) = delete;
  TextWriter& operator=(const TextWriter&) = delete;

  void write(std::string_view text);
  /// Throws ConfigError, with the reason, when the file could not be written.
  void commit();

 private:
  struct Stream;

  bool is_standard_output() const { return partial_.empty(); }
  void flush(bool last);
  void put(const char* bytes, std::size_t count);
  [[noreturn]] void fail(int error);

  std::string path_;     // as it was named
  std::string target_;   // behind links
  std::string partial_;  // empty for standard output
  std::string pending_;
  int error_ = 0;  // of the first write that failed
  std::unique_ptr<Stream> stream_;
};

/// What stands at the end of the links that begin at `path`, whether there is anything or not.
/// Throws ConfigError when they run in a circle.
std::string behind_links(const std::string& path);

}  // namespace faultpath::scenarios
