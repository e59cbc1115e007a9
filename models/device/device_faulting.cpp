// Asking for absent pages: credits, page request groups, answers, retries, and the fault's record.
#include <algorithm>

#include "models/device/device.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kFault{2, "fault"};
constexpr EntryKind kResolved{3, "fault resolved"};
constexpr EntryKind kRefused{9, "fault refused"};

sim::Duration longer(sim::Duration pause, const BackOffSpec& spec) {
  const double next = static_cast<double>(pause.count()) * spec.factor;
  if (next >= static_cast<double>(spec.max.count())) return spec.max;
  return sim::Duration{static_cast<std::int64_t>(next)};
}

}  // namespace

// From the first answer without permission until every page of the window translates; false when
// the answer to a group is not Success, when the interface takes no more requests, or when a reset
// or the end of the context comes between.
sim::Task<bool> Device::resolve(TranslationWindow& window, const Attempt& attempt, bool counted,
                                sim::Time missed) {
  FaultRecord& fault = begin_fault(missed);
  const Operation& operation = attempt.operation;
  const std::uint32_t epoch = epoch_;
  const Requester who{function_, pasid_of(attempt.context).value_or(Pasid{})};
  sim::Duration pause = std::min(spec_.pri.back_off.first, spec_.pri.back_off.max);
  while (window.denied > 0) {
    fault.clock.enter(now(), FaultStage::credit);
    const std::uint32_t requests = window.denied;
    const std::optional<PrgIndex> index = co_await pri_->open(requests, who);
    if (!index) break;
    if (after_wait(attempt, epoch) != Course::on) {
      pri_->give_back(*index);
      break;
    }
    send_group(window, operation, counted, *index, {&fault, fault.serial});
    const std::optional<ResponseCode> code = co_await pri_->answer(*index);
    setting_.metrics.outstanding_requests.add(now(), -static_cast<std::int64_t>(requests));
    if (code != ResponseCode::success || after_wait(attempt, epoch) != Course::on) break;
    fault.clock.enter(now(), FaultStage::back_off);
    const sim::Duration delay = retry_delay_(retry_stream_);
    co_await lookahead_.delay(delay, {"retry delay", setting_.path.c_str()});
    if (after_wait(attempt, epoch) != Course::on) break;
    fault.clock.enter(now(), FaultStage::retry);
    request(window, operation, counted, now());
    co_await window.complete.wait({"ATS completion", setting_.path.c_str()});
    if (window.refused || after_wait(attempt, epoch) != Course::on) break;
    if (window.denied == 0 || pause == sim::Duration::zero()) continue;
    fault.clock.enter(now(), FaultStage::back_off);
    co_await lookahead_.delay(pause, {"back-off", setting_.path.c_str()});
    if (after_wait(attempt, epoch) != Course::on) break;
    pause = longer(pause, spec_.pri.back_off);
  }
  const bool translates = window.denied == 0;
  if (epoch != epoch_) {  // cut short: the operation begins again
    release_record(fault);
  } else {
    translates ? end_fault(fault, counted) : refuse_fault(fault, counted);
  }
  co_return translates;
}

void Device::send_group(const TranslationWindow& window, const Operation& operation, bool counted,
                        PrgIndex index, FaultTag tag) {
  tag.enter(now(), FaultStage::request);
  std::uint32_t left = window.denied;
  setting_.metrics.outstanding_requests.add(now(), left);
  if (counted) {
    stats_.page_requests += left;
    ++stats_.page_request_groups;
  }
  for (const Miss* miss = window.first; left > 0; miss = miss->next) {
    if (miss->granted) continue;
    const bool last = --left == 0;
    PageRequest message;
    message.device = setting_.index;
    message.page = miss->page;
    message.pasid = pasid_of(miss->context);
    message.index = index;
    message.read = !operation.write;
    message.write = operation.write;
    message.last = last;
    message.counted = counted;
    if (last) message.fault = tag;
    up_.send(now(), message);
  }
}

FaultRecord& Device::begin_fault(sim::Time missed) {
  FaultRecord& fault = take_record(missed);
  setting_.stop.fault_begun(now());
  journal_.note(now(), kFault, fault.serial);
  return fault;
}

FaultRecord& Device::take_record(sim::Time missed) {
  FaultRecord& fault = fault_records_.take();
  ++fault.serial;
  fault.clock.begin(missed, FaultStage::translate);
  return fault;
}

void Device::release_record(FaultRecord& fault) {
  ++fault.serial;  // what still refers to it is stale
  fault_records_.give(fault);
}

void Device::end_fault(FaultRecord& fault, bool counted) {
  const sim::Duration latency = fault.clock.end(now());
  journal_.note(now(), kResolved, fault.serial);
  if (counted) {
    setting_.latencies.fault_latency.record(latency);
    for (std::size_t stage = 0; stage < kFaultStages; ++stage) {
      setting_.metrics.stages[stage].record(fault.clock.spent(static_cast<FaultStage>(stage)));
    }
    setting_.metrics.profile.record(latency, fault.clock.all_spent());
  }
  release_record(fault);
}

// It has no latency: that would end with a translation.
void Device::refuse_fault(FaultRecord& fault, bool counted) {
  journal_.note(now(), kRefused, fault.serial);
  stats_.faults_fatal += counted;
  release_record(fault);
}

// One that matches no group is dropped; its group, if it had one, goes on waiting (PCIe 10.4.2.2:
// UPRGI).
void Device::answered(const GroupResponse& response) {
  const PageRequestInterface::Receipt receipt = pri_->receive(response);
  const bool counted = setting_.window.covers(now());
  stats_.stale_responses += counted && receipt == PageRequestInterface::Receipt::stale;
  stats_.unmatched_responses += counted && receipt == PageRequestInterface::Receipt::unknown;
}

}  // namespace faultpath::models
