// ConfigError: bad input, with the place where it stands and what was expected.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

namespace faultpath::scenarios {

/// Where text comes from: a file, or an option of the command line.
struct Source {
  std::string name;    ///< as the user knows it: "scenarios/x.yaml" or "--set a.b=1"
  std::string folder;  ///< what relative paths in the text start from; empty: working directory
};

/// A place in a source, both numbers from 1; 0 means that there is no such number.
struct Place {
  std::shared_ptr<const Source> source;
  unsigned line = 0;
  unsigned column = 0;
};

/// The text "file:line:column", as far as the parts are known.
std::string to_string(const Place& place);

/// Bad input. what() is one line: `file:line:column: path: message; did you mean 'suggestion'?`
class ConfigError : public std::runtime_error {
 public:
  ConfigError(const Place& place, std::string key_path, std::string message,
              std::string suggestion = {});

  const std::string& file() const { return file_; }
  unsigned line() const { return line_; }
  unsigned column() const { return column_; }
  /// Path of the key at fault, as "devices[0].pri.allocation"; empty when none is.
  const std::string& path() const { return path_; }
  const std::string& message() const { return message_; }
  const std::string& suggestion() const { return suggestion_; }

 private:
  std::string file_;
  unsigned line_;
  unsigned column_;
  std::string path_;
  std::string message_;
  std::string suggestion_;
};

/// An error about a file as a whole, or about one of its lines.
ConfigError file_error(const std::string& file, const std::string& message, unsigned line = 0,
                       std::string suggestion = {});

}  // namespace faultpath::scenarios
