// One importer for each format of recordings.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "models/device/operation.hpp"
#include "scenarios/import.hpp"

namespace faultpath::scenarios {

/// Receives the accesses of a recording in its order; their times are set if they are kept.
using TraceSink = std::function<void(const models::TraceEntry&)>;

/// A recording to import. References outlive it.
struct Recording {
  const std::string& name;  ///< for errors
  const std::string& text;
  const ImportOptions& options;
};

/// Throws ConfigError with the line that is not understood.
using Importer = void (*)(const Recording& recording, const TraceSink& sink);

void import_lackey(const Recording& recording, const TraceSink& sink);
void import_fio(const Recording& recording, const TraceSink& sink);
/// Of requests that are issued, or, when there are none, of those that are queued. Each disk is an
/// origin; addresses are offsets in it.
void import_blktrace(const Recording& recording, const TraceSink& sink);
/// Page requests and faults are accesses to their pages. A log without them has its maps taken for
/// accesses of the mapped ranges. With Several::device the PASIDs of each device are numbered, too.
void import_ftrace(const Recording& recording, const TraceSink& sink);

/// Throws the error of a recording that has no times although they are to be kept.
[[noreturn]] void fail_without_times(const std::string& name, const char* format);

}  // namespace faultpath::scenarios
