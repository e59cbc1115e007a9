// A simulation: one calendar, its processes, its random streams and its fingerprint.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/calendar.hpp"
#include "sim/daemon_timers.hpp"
#include "sim/fingerprint.hpp"
#include "sim/process.hpp"
#include "sim/random.hpp"
#include "sim/trace_sink.hpp"

namespace faultpath::sim {

class Platform;

/// Who drives the calendar.
enum class MainLoop {
  simgrid,  ///< SimGrid owns loop and clock; needed for a platform. One such run a process.
  bare,     ///< the calendar alone: unit tests, and the reference of the benchmarks
};

struct SimulationSpec {
  std::uint64_t seed = 1;
  unsigned replication = 0;
  MainLoop loop = MainLoop::simgrid;
  FingerprintIngredients fingerprint;
  TraceSink* trace = nullptr;  ///< not owned; null: no records, no cost
  /// Not owned; gets the name of every random stream, as "component: purpose", when it is made.
  std::vector<std::string>* streams = nullptr;
};

/// The calendar is empty, yet processes wait: what() lists who waits for what.
class StuckError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The awaitable of Simulation::delay().
class Delay {
 public:
  Delay(Calendar& calendar, Duration delay, WaitReason reason)
      : calendar_(calendar), delay_(delay), reason_(reason) {}
  bool await_ready() const noexcept { return delay_ == Duration::zero(); }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) {
    PromiseBase& promise = self.promise();
    promise.wait_for(calendar_.schedule_after(delay_, promise.resumption()), reason_);
  }
  void await_resume() const noexcept {}

 private:
  Calendar& calendar_;
  Duration delay_;
  WaitReason reason_;
};

class Simulation {
 public:
  explicit Simulation(const SimulationSpec& spec = {});
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  const SimulationSpec& spec() const { return spec_; }
  Calendar& calendar() { return calendar_; }
  Time now() const { return calendar_.now(); }
  Fingerprint& fingerprint() { return fingerprint_; }

  /// A random stream of its own for one purpose of one component.
  RandomStream stream(std::string_view component, std::string_view purpose) const {
    if (spec_.streams != nullptr) note_stream(component, purpose);
    return RandomStream({spec_.seed, spec_.replication, component, purpose});
  }

  /// Runs `process` up to its first wait, at once; passes on what it throws before. `name` is a
  /// component path for reports and outlives the process.
  ProcessId start(Process process, const char* name);
  /// Destroys the frame of a process that waits; false when it has ended already. A process cannot
  /// cancel itself.
  bool cancel(ProcessId id);
  /// As start(), for a process that serves for ever: waiting, it does not make a run stuck.
  ProcessId start_service(Process process, const char* name);

  /// Suspends the awaiting coroutine for `delay` >= 0; zero does not suspend.
  Delay delay(Duration delay, WaitReason reason = {"delay", ""}) {
    return Delay(calendar_, delay, reason);
  }

  /// As delay(), for a service: the wait does not keep the run alive (see DaemonTimers). Requires
  /// delay > 0; a wait beyond the end of time never ends.
  DaemonDelay daemon_delay(Duration delay, WaitReason reason = {"delay", ""}) {
    return DaemonDelay(daemons_, delay < kEndOfTime - now() ? now() + delay : kEndOfTime, reason);
  }

  /// Processes that are no services and have not ended.
  std::size_t foreground_processes() const { return foreground_; }
  /// When one of them went on last.
  Time last_progress() const;
  /// No event is pending that is not a service's own, and the platform does nothing.
  bool only_services_act() const;

  /// SimGrid's resources; made on first use, before run(). Requires MainLoop::simgrid.
  Platform& platform();

  /// Runs until nothing is left to do. Throws StuckError when processes that are not services still
  /// wait then, and whatever left a process; every process is destroyed before it throws, while the
  /// resources that it holds are still there.
  void run();
  /// Destroys every process. Needed only where a service may hold a resource that is destroyed
  /// before the simulation, as a member of its owner.
  void end();

  /// One line for each waiting process: its name, what it waits for, and where.
  std::string waiting_report(bool with_services) const;

 private:
  friend class Process::promise_type;
  friend class PromiseBase;
  struct Entry {
    Process::promise_type* promise = nullptr;
    std::uint32_t generation = 1;
  };
  void forget(Process::promise_type& promise);
  void note_stream(std::string_view component, std::string_view purpose) const {
    spec_.streams->push_back(std::string(component) + ": " + std::string(purpose));
  }
  void run_until_idle();
  void throw_if_stuck() const;

  SimulationSpec spec_;
  Calendar calendar_;
  Fingerprint fingerprint_;
  std::vector<Entry> processes_;
  std::size_t foreground_ = 0;
  std::ptrdiff_t scheduled_services_ = 0;  // that an event of the calendar resumes
  std::vector<std::uint32_t> free_entries_;
  std::unique_ptr<Platform> platform_;
  DaemonTimers daemons_{*this};
};

}  // namespace faultpath::sim
