// Journal: what a component did, for the fingerprint and for whoever traces the run.
#pragma once

#include <cstdint>
#include <string>

#include "sim/fingerprint.hpp"
#include "sim/simulation.hpp"
#include "sim/trace_sink.hpp"

namespace faultpath::models {

/// A kind of entry: a small number for the fingerprint, a name for the trace.
struct EntryKind {
  std::uint32_t id;
  const char* name;
};

/// The journal of one component. Entries are in the component's own order, which is that of time.
class Journal {
 public:
  /// `path` names the component and stays valid as long as the journal.
  Journal(sim::Simulation& simulation, const std::string& path)
      : lane_(simulation.fingerprint().lane(path)),
        sink_(simulation.spec().trace),
        path_(path.c_str()) {}

  void note(sim::Time at, const EntryKind& kind, std::uint64_t key) {
    lane_.add(at, kind.id, key);
    if (sink_ != nullptr) sink_->record({at, path_, kind.name, key});
  }

 private:
  sim::FingerprintLane& lane_;
  sim::TraceSink* sink_;
  const char* path_;
};

}  // namespace faultpath::models
