// A completion record, a touch, and a new descriptor.
#include "models/device/software_resume.hpp"

namespace faultpath::models {

SoftwareResume::SoftwareResume(FunctionContext& function, const Neighbours& neighbours,
                               const PartialSpec& spec)
    : FaultAsker(function, neighbours),
      notice_(spec.notice),
      submit_(spec.submit),
      notice_stream_(function.stream("completion record")),
      submit_stream_(function.stream("resubmission")) {}

sim::Task<bool> SoftwareResume::ask(Question question) {
  const sim::Duration up = neighbours_.engine.links().latency;
  function_.stats.partial_completions += question.counted;
  neighbours_.records.enter(question.fault, FaultStage::request);
  co_await neighbours_.lookahead.delay(up + notice_(notice_stream_),
                                       {"completion record", function_.name()});
  const bool served = co_await call(event_of(question, first_absent(question.window)));
  co_await neighbours_.lookahead.delay(submit_(submit_stream_), {"resubmission", function_.name()});
  co_return served;
}

}  // namespace faultpath::models
