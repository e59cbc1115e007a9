// From the notice of software to its doorbell.
#include "models/device/fault_asker.hpp"

#include <algorithm>

namespace faultpath::models {

sim::Task<bool> FaultAsker::call(PageEvent event) {
  const ResponseCode code = co_await neighbours_.services->page_in(event);
  neighbours_.records.enter(event.fault, FaultStage::respond);
  const DeviceLinks& links = neighbours_.engine.links();
  const sim::Duration down = std::max(links.latency - links.down.latency, sim::Duration::zero());
  co_await function_.simulation.delay(down, {"doorbell", function_.name()});
  Call& call = calls_.take();
  neighbours_.down.send(function_.now(), ResumeDoorbell{calls_.number_of(call)});
  co_await call.rung.wait({"doorbell", function_.name()});
  calls_.give(call);
  co_return code == ResponseCode::success;
}

PageEvent FaultAsker::event_of(const Question& question, IovaPage last) const {
  const IovaPage first = first_absent(question.window);
  return {.device = function_.index,
          .pasid = function_.pasid_of(question.attempt.context),
          .first = first,
          .pages = last.value - first.value + 1,
          .write = question.attempt.operation.write,
          .counted = question.counted,
          .fault = question.fault};
}

IovaPage first_absent(const TranslationWindow& window) {
  const Miss* miss = window.first;
  while (miss->granted) miss = miss->next;
  return miss->page;
}

IovaPage last_absent(const TranslationWindow& window) {
  IovaPage last = window.first->page;
  for (const Miss* miss = window.first; miss != nullptr; miss = miss->next) {
    if (!miss->granted) last = miss->page;
  }
  return last;
}

}  // namespace faultpath::models
