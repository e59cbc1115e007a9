// What the tests of the kernel share: simulations without SimGrid, and logs of events.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "sim/calendar.hpp"
#include "sim/simulation.hpp"

namespace faultpath::sim {

inline SimulationSpec bare(std::uint64_t seed = 1) {
  SimulationSpec spec;
  spec.seed = seed;
  spec.loop = MainLoop::bare;
  return spec;
}

constexpr Time at_ns(std::int64_t n) { return Time{nanoseconds(n)}; }
constexpr Time at_ps(std::int64_t n) { return Time{picoseconds(n)}; }

/// Writes down which of its events fired, in which order and when.
class EventLog {
 public:
  explicit EventLog(Calendar& calendar) : calendar_(calendar) {}

  /// An event that logs `name`.
  Handler event(std::string name) {
    marks_.push_back({this, std::move(name)});
    return {&EventLog::fire, &marks_.back()};
  }
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<Time>& times() const { return times_; }

 private:
  struct Mark {
    EventLog* log;
    std::string name;
  };
  static void fire(void* target) {
    const Mark& mark = *static_cast<Mark*>(target);
    mark.log->names_.push_back(mark.name);
    mark.log->times_.push_back(mark.log->calendar_.now());
  }

  Calendar& calendar_;
  std::deque<Mark> marks_;
  std::vector<std::string> names_;
  std::vector<Time> times_;
};

/// What processes did and when, as "name at ns".
class Diary {
 public:
  explicit Diary(const Simulation& simulation) : simulation_(simulation) {}

  void note(const std::string& what) {
    lines_.push_back(what + " at " +
                     std::to_string(simulation_.now().time_since_epoch().count() / 1000));
  }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  const Simulation& simulation_;
  std::vector<std::string> lines_;
};

/// Sets `flag` when it is destroyed: shows whether a frame has been freed.
class DestructionFlag {
 public:
  explicit DestructionFlag(bool& flag) : flag_(flag) {}
  DestructionFlag(const DestructionFlag&) = delete;
  DestructionFlag& operator=(const DestructionFlag&) = delete;
  ~DestructionFlag() { flag_ = true; }

 private:
  bool& flag_;
};

}  // namespace faultpath::sim
