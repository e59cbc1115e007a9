// Raising page events, and going on when the driver says so.
#include "models/device/on_demand_paging.hpp"

namespace faultpath::models {

OnDemandPaging::OnDemandPaging(FunctionContext& function, const Neighbours& neighbours,
                               const PagingSpec& spec, bool responder)
    : FaultAsker(function, neighbours),
      most_(spec.outstanding),
      responder_(responder),
      raise_(spec.raise),
      resume_(spec.resume),
      raise_stream_(function.stream("raise page event")),
      resume_stream_(function.stream("resume")) {}

sim::Task<bool> OnDemandPaging::ask(Question question) {
  const Operation& operation = question.attempt.operation;
  Lookahead& lookahead = neighbours_.lookahead;
  Channel& channel = channels_[operation.write ? 1 : 0];
  while (channel.outstanding == most_) co_await lookahead.wait_for(channel.freed);
  ++channel.outstanding;
  const sim::Time raised = function_.now();
  function_.metrics.outstanding_requests.add(raised, 1);
  function_.metrics.request_times.begin(raised);
  function_.stats.page_events += question.counted;
  neighbours_.records.enter(question.fault, FaultStage::request);
  PageEvent event = event_of(question, responder_ ? last_absent(question.window)
                                                  : operation.last_page(function_.page_size));
  event.responder = responder_;
  co_await lookahead.delay(raise_(raise_stream_), {"page event", function_.name()});
  const bool served = co_await call(event);
  co_await lookahead.delay(resume_(resume_stream_), {"resume", function_.name()});
  function_.metrics.outstanding_requests.add(function_.now(), -1);
  function_.metrics.request_times.end(raised, function_.now());
  --channel.outstanding;
  lookahead.notify(channel.freed);
  co_return served;
}

}  // namespace faultpath::models
