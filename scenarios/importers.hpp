// One importer for each format of recordings.
#pragma once

#include <functional>
#include <string>

#include "models/device/operation.hpp"

namespace faultpath::scenarios {

/// Receives the accesses of a recording in its order; their times are set if they are kept.
using TraceSink = std::function<void(const models::TraceEntry&)>;

/// Reads the recording at `path`. Throws ConfigError with the line that is not understood.
using Importer = void (*)(const std::string& path, bool keep_times, const TraceSink& sink);

void import_lackey(const std::string& path, bool keep_times, const TraceSink& sink);
void import_fio(const std::string& path, bool keep_times, const TraceSink& sink);

/// Throws the error of times that are to be kept and do not exist.
[[noreturn]] void fail_without_times(const std::string& path, const char* format);

}  // namespace faultpath::scenarios
