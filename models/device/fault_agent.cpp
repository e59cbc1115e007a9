// Credits, page request groups, answers and retries.
#include "models/device/fault_agent.hpp"

#include <algorithm>
#include <utility>

namespace faultpath::models {
namespace {

sim::Duration longer(sim::Duration pause, const BackOffSpec& spec) {
  const double next = static_cast<double>(pause.count()) * spec.factor;
  if (next >= static_cast<double>(spec.max.count())) return spec.max;
  return sim::Duration{static_cast<std::int64_t>(next)};
}

}  // namespace

FaultAgent::FaultAgent(FunctionContext& function, const Neighbours& neighbours,
                       std::vector<PageRange> nonfaultable)
    : function_(function),
      pri_(neighbours.pri),
      records_(neighbours.records),
      translation_(neighbours.translation),
      service_(neighbours.service),
      lookahead_(neighbours.lookahead),
      up_(neighbours.up),
      asker_(neighbours.asker),
      reaction_(make_fault_reaction(function.spec.on_fault)),
      number_(pri_.join(neighbours.down)),
      nonfaultable_(std::move(nonfaultable)),
      retry_delay_(function.spec.pri.retry_delay),
      retry_stream_(function.stream("retry delay")) {}

bool FaultAgent::cannot_fault(const TranslationWindow& window) const {
  if (nonfaultable_.empty()) return false;
  for (const Miss* miss = window.first; miss != nullptr; miss = miss->next) {
    const auto holds = [&](const PageRange& range) { return range.contains(miss->page); };
    if (!miss->granted && std::ranges::any_of(nonfaultable_, holds)) return true;
  }
  return false;
}

void FaultAgent::fail_unasked(sim::Time issued) {
  records_.count_begin();
  function_.stats.faults_fatal += function_.window.covers(issued);
}

void FaultAgent::begin(TranslationWindow& window) {
  window.faulting = true;
  if (reaction_->always_waits()) return;
  for (Miss* miss = window.first; miss != nullptr; miss = miss->next) {
    lookahead_.notify(miss->settled);
  }
}

sim::Task<bool> FaultAgent::resolve(TranslationWindow& window, const Attempt& attempt, bool counted,
                                    sim::Time missed) {
  const FaultId fault = records_.begin(missed);
  const Operation& operation = attempt.operation;
  const std::uint32_t epoch = service_.epoch();
  const auto may_go_on = [this, &attempt, epoch] {
    return service_.after_wait(attempt.context, epoch) == Course::on;
  };
  const BackOffSpec& back_off = function_.spec.pri.back_off;
  sim::Duration pause = std::min(back_off.first, back_off.max);
  while (window.denied > 0) {
    records_.enter(fault, FaultStage::credit);
    if (asker_ != nullptr) {
      const bool served = co_await asker_->ask({window, attempt, counted, fault});
      if (!served || !may_go_on()) break;
    } else {
      const std::uint32_t requests = window.denied;
      const std::optional<PrgIndex> index =
          co_await pri_.open(requests, requester(attempt.context));
      if (!index) break;
      if (!may_go_on()) {
        pri_.give_back(*index);
        break;
      }
      records_.enter(fault, FaultStage::request);
      send_group(window, operation, counted, *index, fault);
      const sim::Time sent = function_.now();
      const std::optional<ResponseCode> code = co_await pri_.answer(*index, sent);
      if (code || !pri_.groups()[*index].given_up) count_ended(requests, sent);
      if (code != ResponseCode::success || !may_go_on()) break;
    }
    records_.enter(fault, FaultStage::back_off);
    const sim::Duration delay = retry_delay_(retry_stream_);
    co_await lookahead_.delay(delay, {"retry delay", function_.name()});
    if (!may_go_on()) break;
    records_.enter(fault, FaultStage::retry);
    translation_.request(window, operation, counted, function_.now());
    co_await window.complete.wait({"ATS completion", function_.name()});
    if (window.refused || !may_go_on()) break;
    if (window.denied == 0 || pause == sim::Duration::zero()) continue;
    records_.enter(fault, FaultStage::back_off);
    co_await lookahead_.delay(pause, {"back-off", function_.name()});
    if (!may_go_on()) break;
    pause = longer(pause, back_off);
  }
  const bool translates = window.denied == 0;
  if (epoch != service_.epoch()) {  // cut short: the operation begins again
    records_.release(fault);
  } else {
    translates ? records_.end(fault, counted) : records_.refuse(fault, counted);
  }
  co_return translates;
}

void FaultAgent::send_group(const TranslationWindow& window, const Operation& operation,
                            bool counted, PrgIndex index, const FaultId& fault) {
  std::uint32_t left = window.denied;
  count_sent(left);
  if (counted) {
    function_.stats.page_requests += left;
    ++function_.stats.page_request_groups;
  }
  for (const Miss* miss = window.first; left > 0; miss = miss->next) {
    if (miss->granted) continue;
    const bool last = --left == 0;
    PageRequest message;
    message.device = function_.index;
    message.page = miss->page;
    message.pasid = function_.pasid_of(miss->context);
    message.index = index;
    message.read = !operation.write;
    message.write = operation.write;
    message.last = last;
    message.counted = counted;
    if (last) message.fault = records_.next_round(fault);
    up_.send(function_.now(), message);
  }
}

void FaultAgent::count_sent(std::uint32_t requests) {
  function_.metrics.outstanding_requests.add(function_.now(), requests);
  function_.metrics.request_times.begin(function_.now(), requests);
}

void FaultAgent::count_ended(std::uint32_t requests, sim::Time since) {
  const auto ended = static_cast<std::int64_t>(requests);
  function_.metrics.outstanding_requests.add(function_.now(), -ended);
  function_.metrics.request_times.end(since, function_.now(), ended);
}

// The answer to a group that has been given up ends it after all.
void FaultAgent::receive(const GroupResponse& response) {
  const std::uint32_t given_up = pri_.groups().given_up(response.index);
  const sim::Time sent = given_up > 0 ? pri_.groups()[response.index].sent_at : sim::Time{};
  const PageRequestInterface::Receipt receipt = pri_.receive(response);
  if (given_up > 0 && receipt == PageRequestInterface::Receipt::stale) count_ended(given_up, sent);
  const bool counted = function_.window.covers(function_.now());
  function_.stats.stale_responses += counted && receipt == PageRequestInterface::Receipt::stale;
  function_.stats.unmatched_responses +=
      counted && receipt == PageRequestInterface::Receipt::unknown;
}

}  // namespace faultpath::models
