// The work item of a group.
#include "models/kernel/handlers/queued_handler.hpp"

namespace faultpath::models {

void QueuedHandler::accept(IopfGroup& group) {
  Item& item = items_.take();
  item.handler = this;
  item.group = &group;
  if (inline_ != nullptr) {
    inline_->add(item);
  } else {
    queue_.queue(item);
  }
}

sim::Task<> QueuedHandler::work(Item& item, Worker& worker) {
  IopfGroup* group = item.group;
  ResponseCode code = ResponseCode::success;
  if (!group->is_recalled()) {
    core_.begin_handling(*group, worker.paid());
    code = co_await serve(*group, worker);
  }
  if (group->whole != nullptr) {  // who serves the last part answers
    co_await worker.pay();
    group = core_.end_part(*group, code);
    if (group != nullptr) code = group->code;
  }
  if (group != nullptr) {
    core_.begin_response(*group, worker);
    co_await worker.pay();
    co_await core_.respond(*group, code);
    core_.free(*group);
  }
  items_.give(item);
}

}  // namespace faultpath::models
