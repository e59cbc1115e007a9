// A faultpath.result/1: assembling it and writing it as text or as a directory.
#pragma once

#include <string>

#include "analysis/summary.hpp"

namespace faultpath::cli {

/// One run on each line, so that results can be compared and searched with line tools.
std::string result_text(const analysis::Json& result);

/// `results/NAME-COMMAND`, without what of a scenario's name a file name should not have.
std::string default_directory(std::string name, const char* command);

/// Throws UsageError when `directory` exists and is anything but an empty directory or an earlier
/// result, because nothing that somebody else wrote is ever replaced, or when it cannot be made.
void check_replaceable(const std::string& directory);

/// Writes result.json and summary.txt into a directory beside and renames it, so that `directory`
/// is complete or absent at every moment; an earlier result is replaced. Throws UsageError when it
/// cannot be written, Interrupted when a signal came meanwhile.
void write_result(const std::string& directory, const std::string& result,
                  const std::string& summary);

}  // namespace faultpath::cli
