// Closed and open loops.
#include "models/device/issue_schedule.hpp"

#include <utility>

#include "sim/distribution.hpp"

namespace faultpath::models {

IssueSchedule::IssueSchedule(const WorkloadSpec& spec, Workloads workloads,
                             sim::RandomStream stream)
    : closed_(spec.queue_depth.has_value()),
      spec_(spec),
      workloads_(std::move(workloads)),
      stream_(stream) {}

void IssueSchedule::start(sim::Time epoch) {
  epoch_ = epoch;
  const auto contexts = static_cast<std::uint32_t>(workloads_.size());
  for (std::uint32_t context = 0; context < contexts; ++context) {
    if (!closed_) arrivals_.push_back(draw(context, epoch));
  }
  for (std::uint32_t slot = 0; closed_ && slot < *spec_.queue_depth; ++slot) {
    for (std::uint32_t context = 0; context < contexts; ++context) {
      ready_.push_back({epoch, context});
    }
  }
}

// Next arrival of an open loop.
std::optional<sim::Time> IssueSchedule::draw(std::uint32_t context, sim::Time after) {
  if (!spec_.rate) {
    const auto due = workloads_[context]->due();
    if (!due) return std::nullopt;
    return sim::later(epoch_, due->time_since_epoch());
  }
  const sim::Duration mean = sim::transfer_time(1, *spec_.rate);
  return sim::later(after, sim::Distribution(sim::ExponentialSpec{mean})(stream_));
}

std::optional<std::uint32_t> IssueSchedule::earliest() const {
  std::optional<std::uint32_t> best;
  for (std::uint32_t context = 0; context < arrivals_.size(); ++context) {
    if (!arrivals_[context]) continue;
    if (!best || *arrivals_[context] < *arrivals_[*best]) best = context;
  }
  return best;
}

std::optional<IssueSchedule::Slot> IssueSchedule::next_arrival() const {
  const auto context = earliest();
  if (!context) return std::nullopt;
  return Slot{*arrivals_[*context], *context};
}

}  // namespace faultpath::models
