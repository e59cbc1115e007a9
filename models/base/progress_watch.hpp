// Progress watch: notices a run that goes round and round without getting anywhere.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/messages.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Throws sim::StuckError when no operation of the whole system has been issued or has ended while
/// so many page request groups have been answered, by software or by the queue itself, that
///  - nothing has been mapped either, and each page that operations wait for has had its answer; or
///  - each page that operations wait for could have been mapped many times: pages are taken away
///    before their retry;
/// or while very many events have gone by without any of these. It looks once in `patience`
/// answers, so a run ends after at most that many more. Until then it only counts.
class ProgressWatch {
 public:
  /// What grows when anybody gets anywhere. An operation ends when it completes or is given up.
  struct Totals {
    std::uint64_t mapped = 0, issued = 0, ended = 0;
    bool operator==(const Totals&) const = default;
  };
  /// Who knows these totals.
  class Source {
   public:
    virtual Totals totals() const = 0;
    /// Pages that operations under way touch, at most.
    virtual std::uint64_t awaited() const = 0;
    /// Which group was answered last, and what keeps it from an end.
    virtual std::string what_is_stuck(const PageRequest& last) const = 0;

   protected:
    ~Source() = default;
  };
  /// How often a page can be mapped and taken away before its retry without that this goes on for
  /// ever (assumed).
  static constexpr std::uint64_t kMostTries = 64;
  /// Events without an answer, an issue, an end or a mapping that are too many (assumed): daemons
  /// of the host fire some hundred thousand a second of simulated time, and no wait is that long.
  static constexpr std::uint64_t kMostEvents = 200'000'000;

  /// Requires patience > 0.
  void start(const Source& source, std::uint64_t patience);
  /// `last` is the last request of the group.
  void answered(const PageRequest& last) {
    if (--left_ == 0) look(last);
  }
  /// So many events have fired; to be called from time to time. `now` is for the report.
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
