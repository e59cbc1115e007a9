// Issuing operations, ahead of the clock where nothing can interfere.
#include "models/device/issuer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/device/function_control.hpp"
#include "models/device/operations.hpp"

namespace faultpath::models {
namespace {

/// Most operations of a closed loop at one moment, in addition to those that its queue holds. Far
/// more than any recording has at one time (assumed).
constexpr std::uint64_t kMostInAMoment = 10'000'000;

}  // namespace

Issuer::Issuer(FunctionContext& function, const Neighbours& neighbours, IssueSchedule& schedule)
    : function_(function),
      schedule_(schedule),
      service_(neighbours.service),
      lookahead_(neighbours.lookahead),
      stop_(neighbours.stop),
      operations_(neighbours.operations),
      control_(neighbours.control),
      rank_(function.simulation.calendar().new_rank()) {}

void Issuer::on_issue_event() {
  armed_ = false;
  advance();
}

void Issuer::advance() {
  if (armed_ || service_.ending() || advancing_ || !service_.in_service()) return;
  advancing_ = true;
  sim::Time limit = over_ ? sim::Time{} : lookahead_.horizon();
  while (!over_) {
    const auto slot = schedule_.next();
    if (!slot) break;
    if (slot->at > limit && comes(*slot)) {
      arm(slot->at);
      break;
    }
    schedule_.take(*slot);
    watch_moment(slot->at);
    if (service_.is_stopped(slot->context)) continue;
    const auto operation = schedule_.fetch(slot->context);
    if (!operation) continue;                                  // the context has nothing left
    const sim::Time at = std::max(slot->at, function_.now());  // later: it was out of service
    if (!stop_.issue(at)) {
      over_ = true;
    } else {
      lookahead_.issued(at);
      schedule_.refill(*slot);
      const bool hit = operations_.begin(*operation, *slot, at);
      if (!hit) limit = std::min(limit, lookahead_.horizon_after_miss(at));
    }
  }
  advancing_ = false;
  if (!armed_) control_.settle_end();
}

// In a closed loop each completion is the next issue. If neither takes any time the loop is
// endless.
void Issuer::watch_repetition() {
  const DeviceSpec& spec = function_.spec;
  const std::uint64_t burst = std::uint64_t{spec.workload.queue_depth.value_or(0)} * spec.contexts;
  if (++in_moment_ <= kMostInAMoment + burst || !schedule_.closed()) return;
  throw sim::StuckError(fmt::format(
      "no progress: {} has issued {} operations at {} ns, each of which has ended in no "
      "time; its link or its IOMMU must take some",
      function_.path, in_moment_, sim::to_ns(moment_)));
}

// False for an arrival after the end of the run, of its trace or of its context: nothing is issued
// then, and no event is needed for it.
bool Issuer::comes(const IssueSchedule::Slot& slot) const {
  return !stop_.over(slot.at) && !service_.is_stopped(slot.context) &&
         !schedule_.has_ended(slot.context);
}

void Issuer::arm(sim::Time at) {
  armed_ = true;
  function_.simulation.calendar().schedule_ranked(at, rank_,
                                                  sim::handler_of<&Issuer::on_issue_event>(*this));
}

}  // namespace faultpath::models
