// Progress watch: notices a run in which events happen but no operation ever completes.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/messages.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Throws sim::StuckError when no operation of the whole system has been issued or has ended during
/// one of these:
///  - so many page request groups and page events have been answered, by software or by the queue
///    itself, that each page that operations wait for has had an answer, and nothing has been
///    mapped;
///  - so many groups have been answered that each page that operations wait for could have been
///    mapped kMostTries times: pages are taken away before the device retries;
///  - very many events have fired without an answer or a mapping.
/// The watch looks once every `patience` answers, so a run ends after at most that many more
/// answers. In between it only counts.
class ProgressWatch {
 public:
  /// Totals that grow when the run makes progress. An operation ends when it completes or is given
  /// up.
  struct Totals {
    std::uint64_t mapped = 0, issued = 0, ended = 0;
    bool operator==(const Totals&) const = default;
  };
  /// The system, which knows these totals.
  class Source {
   public:
    virtual Totals totals() const = 0;
    /// An upper bound of the pages that operations in flight touch.
    virtual std::uint64_t awaited() const = 0;
    /// For the error: which group was answered last, and what keeps its operation from ending.
    virtual std::string what_is_stuck(const PageRequest& last) const = 0;

   protected:
    ~Source() = default;
  };
  /// A page may be mapped and taken away so many times before its retry; beyond that the run counts
  /// as stuck (assumed).
  static constexpr std::uint64_t kMostTries = 64;
  /// So many events without an answer, an issue, an end or a mapping are too many (assumed).
  /// Daemons of the host fire some hundred thousand events in a second of simulated time, and no
  /// component waits that long.
  static constexpr std::uint64_t kMostEvents = 200'000'000;

  /// Requires patience > 0.
  void start(const Source& source, std::uint64_t patience);
  /// `last` is the last request of the group, or the last page of an event as a request.
  void answered(const PageRequest& last) {
    if (--left_ == 0) look(last);
  }
  /// Tells the watch from time to time how many events have fired so far. `now` is for the report.
  void fired(std::uint64_t events, sim::Time now);

 private:
  void look(const PageRequest& last);

  const Source* source_ = nullptr;
  std::uint64_t patience_ = 0, left_ = 0;
  Totals seen_;
  std::uint64_t fruitless_ = 0;  ///< answers since an operation was issued or ended
  std::uint64_t idle_ = 0;       ///< answers since anything was mapped too
  Totals seen_then_;             ///< when events were last counted
  std::uint64_t left_then_ = 0;
  std::uint64_t since_events_ = 0;
  sim::Time since_{};
};

}  // namespace faultpath::models
