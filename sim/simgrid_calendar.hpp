// The calendar as a SimGrid resource model, so that both share one loop and one clock.
#pragma once

#include <exception>
#include <simgrid/kernel/resource/Model.hpp>

#include "sim/calendar.hpp"

namespace faultpath::sim {

/// One SimGrid second is one microsecond of ours, so its precision of 1e-9 s is a femtosecond.
inline constexpr double kPicosecondsPerSimgridSecond = 1e6;

double to_simgrid(Time t);
/// Nearest picosecond.
Time from_simgrid(double seconds);

/// SimGrid asks a model that is not idempotent last, with the time of its own next event as a
/// bound. The calendar runs every event strictly before that bound at once and returns the date of
/// the next when it is within the bound. Platform events are left for update_actions_state, when
/// SimGrid's clock stands at exactly their date. Source of the protocol: SimGrid 3.32,
/// EngineImpl::solve and its ns-3 model.
class SimgridCalendar final : public simgrid::kernel::resource::Model {
 public:
  /// What the model has to know and to say outside of the calendar.
  class Observer {
   public:
    /// True while SimGrid still works on an activity of ours.
    virtual bool activities_in_flight() const = 0;
    /// Nothing is left: called once, when SimGrid's clock stands at the last event.
    virtual void finished() = 0;

   protected:
    ~Observer() = default;
  };

  SimgridCalendar(Calendar& calendar, Observer& observer);

  bool next_occurring_event_is_idempotent() override { return false; }
  double next_occurring_event(double bound) override;
  void update_actions_state(double now, double delta) override;

  /// What left an event; the loop has ended because of it.
  std::exception_ptr failure() const { return failure_; }

 private:
  template <class Run>
  void guarded(Run run);
  bool finish_if_idle();

  Calendar& calendar_;
  Observer& observer_;
  std::exception_ptr failure_;
  // SimGrid's clock has been at the date of an event that waits for a completion of SimGrid's in
  // the same picosecond. To stop there again would be no progress.
  Time kept_ = kEndOfTime;
  bool finishing_ = false;
};

}  // namespace faultpath::sim
