// The work item of a group.
#include "models/kernel/handlers/queued_handler.hpp"

namespace faultpath::models {

void QueuedHandler::accept(IopfGroup& group) {
  Item& item = items_.take();
  item.handler = this;
  item.group = &group;
  queue_.queue(item);
}

sim::Task<> QueuedHandler::work(Item& item, Worker& worker) {
  IopfGroup& group = *item.group;
  core_.begin_handling(group, worker.paid());
  const ResponseCode code = co_await serve(group, worker);
  core_.begin_response(group, worker);
  co_await worker.pay();
  co_await core_.respond(group, code);
  core_.free(group);
  items_.give(item);
}

}  // namespace faultpath::models
